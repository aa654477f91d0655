/* G21, G11: a reader that waits for a writer. */
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void writer(void)
{
    rwmutex_lock(&g_lock);
    reach(1);
    await_waiter(&g_lock.readers);
    g_x = 1;
    rwmutex_unlock(&g_lock);
}

static void reader(void)
{
    await(1);
    rwmutex_rlock(&g_lock);
    must(g_x == 1);
    rwmutex_runlock(&g_lock);
}

int main(void)
{
    run3(writer, reader, reader);
    return 0;
}
