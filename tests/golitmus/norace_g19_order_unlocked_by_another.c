/* G19, P15: a mutex that another goroutine has unlocked is held no more, though who locked it never
 * unlocked it: taking another one then is no order of the two. */
#include "golitmus.h"

mutex g_first, g_second;
static chan(int) asked, done;

static void locker(void)
{
    mutex_lock(&g_first);
    chan_send(asked, 0);
    chan_get(done);
    mutex_lock(&g_second);
    mutex_unlock(&g_second);
    reach(1);
}

static void unlocker(void)
{
    chan_get(asked);
    mutex_unlock(&g_first);
    chan_send(done, 0);
}

static void other_way(void)
{
    await(1);
    mutex_lock(&g_second);
    mutex_lock(&g_first);
    mutex_unlock(&g_first);
    mutex_unlock(&g_second);
}

int main(void)
{
    asked = chan_make(int);
    done = chan_make(int);
    run3(locker, unlocker, other_way);
    chan_free(asked);
    chan_free(done);
    return 0;
}
