/* G19, G11: the same for one who waits for the lock. */
#include "golitmus.h"

mutex g_lock;
int g_x;

static void first(void)
{
    mutex_lock(&g_lock);
    reach(1);
    await_waiter(&g_lock.waiters);
    g_x = 1;
    mutex_unlock(&g_lock);
}

static void second(void)
{
    await(1);
    mutex_lock(&g_lock);
    must(g_x == 1);
    mutex_unlock(&g_lock);
}

int main(void)
{
    run2(first, second);
    return 0;
}
