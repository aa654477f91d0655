/* G22: two Waits at one condition, woken by two signals, each ordered after its own. (The
 * lock is held for reading, which orders nobody.) */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

rwmutex g_lock;
cond g_changed;
int g_x;

static void first_waiting(void)
{
    rwmutex_rlock(&g_lock);
    cond_wait(&g_changed);
    rwmutex_runlock(&g_lock);
    reach(1);
}

static void first_signaller(void)
{
    await_waiter(&g_changed.waiters);
    g_x = 1;
    cond_signal(&g_changed);
}

static void second_waiting(void)
{
    await(1);
    rwmutex_rlock(&g_lock);
    cond_wait(&g_changed);
    use(g_x);
    rwmutex_runlock(&g_lock);
}

static void second_signaller(void)
{
    await(1);
    await_waiter(&g_changed.waiters);
    cond_signal(&g_changed);
}

static void second_pair(void)
{
    run2(second_waiting, second_signaller);
}

int main(void)
{
    cond_init_rlock(&g_changed, &g_lock);
    run3(first_waiting, first_signaller, second_pair);
    return 0;
}
