/* G21: readers that one writer lets in are not ordered among themselves. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void writer(void)
{
    rwmutex_lock(&g_lock);
    reach(1);
    await_waiter(&g_lock.readers);
    rwmutex_unlock(&g_lock);
}

static void reader(void)
{
    await(1);
    rwmutex_rlock(&g_lock);
    g_x = 1;
    rwmutex_runlock(&g_lock);
}

int main(void)
{
    run3(writer, reader, reader);
    return 0;
}
