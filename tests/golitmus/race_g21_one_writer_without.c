/* G21: a writer that takes the lock for reading only, after another writer's. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void wrong(void)
{
    rwmutex_rlock(&g_lock);
    g_x++;
    rwmutex_runlock(&g_lock);
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
    run2(wrong, reader);
    return 0;
}
