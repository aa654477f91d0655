/* G19: only one of the two takes the mutex. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
int g_x;

static void first(void)
{
    mutex_lock(&g_lock);
    g_x = 1;
    mutex_unlock(&g_lock);
    reach(1);
}

static void second(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    run2(first, second);
    return 0;
}
