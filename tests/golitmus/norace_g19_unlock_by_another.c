/* G19: another goroutine than the one that locked it may unlock it; its work is what the next
 * one sees. */
#include "golitmus.h"

mutex g_lock;
int g_x, g_y;
static chan(int) locked;

static void locker(void)
{
    mutex_lock(&g_lock);
    g_x = 1;
    chan_send(locked, 0);
}

static void unlocker(void)
{
    chan_get(locked);
    g_y = g_x;
    mutex_unlock(&g_lock);
    reach(1);
}

static void next(void)
{
    await(1);
    mutex_lock(&g_lock);
    must(g_x == 1 && g_y == 1);
    mutex_unlock(&g_lock);
}

int main(void)
{
    locked = chan_make(int);
    run3(locker, unlocker, next);
    chan_free(locked);
    return 0;
}
