/* G22: Wait unlocks and locks. */
#include "golitmus.h"

mutex g_lock;
cond g_changed;
int g_x;

static void waiting(void)
{
    mutex_lock(&g_lock);
    g_x = 1;
    cond_wait(&g_changed);
    must(g_x == 2);
    mutex_unlock(&g_lock);
}

static void other(void)
{
    await_waiter(&g_changed.waiters);
    mutex_lock(&g_lock);
    must(g_x == 1);
    g_x = 2;
    cond_signal(&g_changed);
    mutex_unlock(&g_lock);
}

int main(void)
{
    cond_init(&g_changed, &g_lock);
    run2(waiting, other);
    return 0;
}
