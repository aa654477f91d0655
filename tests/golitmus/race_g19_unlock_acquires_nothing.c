/* G19: who unlocks for another is not ordered after the unlocks of before. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
int g_x;

static void before(void)
{
    g_x = 1;
    mutex_lock(&g_lock);
    mutex_unlock(&g_lock);
    reach(1);
}

static void locker(void)
{
    await(1);
    mutex_lock(&g_lock);
    reach(2);
}

static void unlocker(void)
{
    await(2);
    mutex_unlock(&g_lock);
    use(g_x);
}

int main(void)
{
    run3(before, locker, unlocker);
    return 0;
}
