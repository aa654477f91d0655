/* G22: a signal that wakes nobody orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
cond g_changed;
int g_x;

static void early(void)
{
    g_x = 1;
    cond_signal(&g_changed);
    reach(1);
}

static void late(void)
{
    await_waiter(&g_changed.waiters);
    cond_broadcast(&g_changed);
}

static void waiting(void)
{
    await(1);
    mutex_lock(&g_lock);
    cond_wait(&g_changed);
    use(g_x);
    mutex_unlock(&g_lock);
}

int main(void)
{
    cond_init(&g_changed, &g_lock);
    run3(early, late, waiting);
    return 0;
}
