/* G22: what is done after the signal is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
cond g_changed;
int g_x;

static void signaller(void)
{
    await_waiter(&g_changed.waiters);
    cond_signal(&g_changed);
    g_x = 1;
    reach(1);
}

static void waiting(void)
{
    mutex_lock(&g_lock);
    cond_wait(&g_changed);
    mutex_unlock(&g_lock);
    await(1);
    use(g_x);
}

int main(void)
{
    cond_init(&g_changed, &g_lock);
    run2(signaller, waiting);
    return 0;
}
