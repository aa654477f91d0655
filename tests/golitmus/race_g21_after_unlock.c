/* G21: what is done after the Unlock is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void writer(void)
{
    rwmutex_lock(&g_lock);
    rwmutex_unlock(&g_lock);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    rwmutex_rlock(&g_lock);
    use(g_x);
    rwmutex_runlock(&g_lock);
}

int main(void)
{
    run2(writer, reader);
    return 0;
}
