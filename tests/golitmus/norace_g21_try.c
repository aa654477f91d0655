/* G21: the forms that do not wait, when they succeed. */
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void writer(void)
{
    must(rwmutex_trylock(&g_lock));
    g_x = 1;
    rwmutex_unlock(&g_lock);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(rwmutex_tryrlock(&g_lock));
    must(g_x == 1);
    rwmutex_runlock(&g_lock);
    reach(2);
}

static void next_writer(void)
{
    await(2);
    must(rwmutex_trylock(&g_lock));
    g_x = 2;
    rwmutex_unlock(&g_lock);
}

int main(void)
{
    run3(writer, reader, next_writer);
    return 0;
}
