/* G19: what is done after the unlock is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
int g_x;

static void first(void)
{
    mutex_lock(&g_lock);
    mutex_unlock(&g_lock);
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    mutex_lock(&g_lock);
    use(g_x);
    mutex_unlock(&g_lock);
}

int main(void)
{
    run2(first, second);
    return 0;
}
