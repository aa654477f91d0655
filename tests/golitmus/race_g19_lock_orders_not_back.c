/* G19: a lock is not ordered before an unlock that came earlier. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
int g_x;

static void first(void)
{
    mutex_lock(&g_lock);
    reach(1);
    await_waiter(&g_lock.waiters);
    mutex_unlock(&g_lock);
    use(g_x);
}

static void second(void)
{
    await(1);
    g_x = 1;
    mutex_lock(&g_lock);
    mutex_unlock(&g_lock);
}

int main(void)
{
    run2(first, second);
    return 0;
}
