/* G21: Unlock before a later RLock. */
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void writer(void)
{
    rwmutex_lock(&g_lock);
    g_x = 1;
    rwmutex_unlock(&g_lock);
    reach(1);
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
