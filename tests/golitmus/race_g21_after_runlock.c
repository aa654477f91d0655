/* G21: what a reader does after its RUnlock. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void reader(void)
{
    rwmutex_rlock(&g_lock);
    rwmutex_runlock(&g_lock);
    use(g_x);
    reach(1);
}

static void writer(void)
{
    await(1);
    rwmutex_lock(&g_lock);
    g_x = 1;
    rwmutex_unlock(&g_lock);
}

int main(void)
{
    run2(reader, writer);
    return 0;
}
