/* G22: Broadcast is ordered before the return of each Wait that it wakes. */
#include "golitmus.h"

mutex g_lock;
cond g_changed;
int g_x;

static void waiting(void)
{
    mutex_lock(&g_lock);
    arrive();
    cond_wait(&g_changed);
    mutex_unlock(&g_lock);
    must(g_x == 1);
}

static void broadcaster(void)
{
    await_arrivals(2);
    mutex_lock(&g_lock);
    mutex_unlock(&g_lock);
    g_x = 1;
    cond_broadcast(&g_changed);
}

int main(void)
{
    cond_init(&g_changed, &g_lock);
    run3(waiting, waiting, broadcaster);
    return 0;
}
