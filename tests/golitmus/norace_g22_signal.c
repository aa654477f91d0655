/* G22: Signal is ordered before the return of the Wait that it wakes, without any lock. */
#include "golitmus.h"

mutex g_lock;
cond g_changed;
int g_x;

static void signaller(void)
{
    await_waiter(&g_changed.waiters);
    g_x = 1;
    cond_signal(&g_changed);
}

static void waiting(void)
{
    mutex_lock(&g_lock);
    cond_wait(&g_changed);
    must(g_x == 1);
    mutex_unlock(&g_lock);
}

int main(void)
{
    g_changed = (cond){.locker = &g_lock};
    run2(signaller, waiting);
    return 0;
}
