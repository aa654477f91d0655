/* G19, G25: who locks a mutex and ends leaves it to others, but its end orders nothing: what it did
 * after locking is not ordered before the next lock. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
int g_x;

static void locker(void)
{
    mutex_lock(&g_lock);
    g_x = 1;
}

static void next(void)
{
    mutex_lock(&g_lock);
    use(g_x);
    mutex_unlock(&g_lock);
}

int main(void)
{
    go(locker);
    while (go_count() > 1)
        go_yield();
    mutex_unlock(&g_lock);
    go(next);
    while (go_count() > 1)
        go_yield();
    return 0;
}
