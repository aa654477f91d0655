/* G21: a writer that waits keeps new readers out, and has its turn before them. */
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void first_reader(void)
{
    rwmutex_rlock(&g_lock);
    reach(1);
    await_waiter(&g_lock.writers);
    must(!rwmutex_tryrlock(&g_lock));
    reach(2);
    await_waiter(&g_lock.readers);
    use(g_x);
    rwmutex_runlock(&g_lock);
}

static void writer(void)
{
    await(1);
    rwmutex_lock(&g_lock);
    g_x = 1;
    rwmutex_unlock(&g_lock);
}

static void second_reader(void)
{
    await(2);
    rwmutex_rlock(&g_lock);
    must(g_x == 1);
    rwmutex_runlock(&g_lock);
}

int main(void)
{
    run3(first_reader, writer, second_reader);
    return 0;
}
