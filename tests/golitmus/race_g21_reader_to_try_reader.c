/* G21: nor does a reader that does not wait come after another's RUnlock. */
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
    must(rwmutex_tryrlock(&g_lock));
    use(g_x);
    rwmutex_runlock(&g_lock);
}

int main(void)
{
    run2(first, second);
    return 0;
}
