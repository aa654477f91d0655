/* G21: RUnlock is not ordered before RLock: two readers that write. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void first(void)
{
    rwmutex_rlock(&g_lock);
    g_x = 1;
    rwmutex_runlock(&g_lock);
    reach(1);
}

static void second(void)
{
    await(1);
    rwmutex_rlock(&g_lock);
    g_x = 2;
    rwmutex_runlock(&g_lock);
}

int main(void)
{
    run2(first, second);
    return 0;
}
