/* G21, G11: a writer that waits for readers. */
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void reader(void)
{
    rwmutex_rlock(&g_lock);
    arrive();
    await_waiter(&g_lock.writers);
    use(g_x);
    rwmutex_runlock(&g_lock);
}

static void writer(void)
{
    await_arrivals(2);
    rwmutex_lock(&g_lock);
    g_x = 1;
    rwmutex_unlock(&g_lock);
}

int main(void)
{
    run3(reader, reader, writer);
    return 0;
}
