/* G21: each RUnlock before a later Lock. */
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void reader(void)
{
    rwmutex_rlock(&g_lock);
    use(g_x);
    rwmutex_runlock(&g_lock);
    arrive();
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
