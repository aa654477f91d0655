/* G21: neither form orders anything when it fails. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

rwmutex g_lock;
int g_x, g_y;

static void holder(void)
{
    g_x = 1;
    rwmutex_lock(&g_lock);
    rwmutex_unlock(&g_lock);
    rwmutex_lock(&g_lock);
    reach(1);
    await(2);
    rwmutex_unlock(&g_lock);
}

static void other(void)
{
    await(1);
    must(!rwmutex_tryrlock(&g_lock));
    must(!rwmutex_trylock(&g_lock));
    use(g_x);
    reach(2);
}

int main(void)
{
    run2(holder, other);
    return 0;
}
