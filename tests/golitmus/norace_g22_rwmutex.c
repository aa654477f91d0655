/* G22: a condition whose lock is the reading side of an rwmutex. */
#include "golitmus.h"

rwmutex g_lock;
cond g_changed;
int g_x;

static void waiting(void)
{
    rwmutex_rlock(&g_lock);
    while (g_x == 0)
        cond_wait(&g_changed);
    must(g_x == 1);
    rwmutex_runlock(&g_lock);
}

static void writer(void)
{
    rwmutex_lock(&g_lock);
    g_x = 1;
    rwmutex_unlock(&g_lock);
    cond_broadcast(&g_changed);
}

int main(void)
{
    cond_init_rlock(&g_changed, &g_lock);
    run3(waiting, waiting, writer);
    return 0;
}
