/* G21: from a reader by way of a writer to another reader there is order. */
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void first_reader(void)
{
    g_x = 1;
    rwmutex_rlock(&g_lock);
    rwmutex_runlock(&g_lock);
    reach(1);
}

static void writer(void)
{
    await(1);
    rwmutex_lock(&g_lock);
    rwmutex_unlock(&g_lock);
    reach(2);
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
