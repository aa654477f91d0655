/* G22: a Wait is ordered after the signal that woke it, not after the one that woke another. */
// expect-location: g_x
// expect-frame: second_waiting
// expect-count: 1
#include "golitmus.h"

mutex g_lock, g_other_lock;
cond g_changed, g_other;
int g_x;

static void first_waiting(void)
{
    mutex_lock(&g_lock);
    cond_wait(&g_changed);
    mutex_unlock(&g_lock);
}

static void second_waiting(void)
{
    mutex_lock(&g_other_lock);
    cond_wait(&g_other);
    use(g_x);
    mutex_unlock(&g_other_lock);
}

static void signaller(void)
{
    await_waiter(&g_changed.waiters);
    await_waiter(&g_other.waiters);
    cond_signal(&g_other);
    g_x = 1;
    cond_signal(&g_changed);
}

int main(void)
{
    cond_init(&g_changed, &g_lock);
    cond_init(&g_other, &g_other_lock);
    run3(first_waiting, second_waiting, signaller);
    return 0;
}
