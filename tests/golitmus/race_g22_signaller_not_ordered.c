/* G22: the signaller is not ordered after the Wait. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
cond g_changed;
int g_x;

static void waiting(void)
{
    g_x = 1;
    mutex_lock(&g_lock);
    cond_wait(&g_changed);
    mutex_unlock(&g_lock);
}

static void signaller(void)
{
    await_waiter(&g_changed.waiters);
    use(g_x);
    cond_signal(&g_changed);
}

int main(void)
{
    cond_init(&g_changed, &g_lock);
    run2(waiting, signaller);
    return 0;
}
