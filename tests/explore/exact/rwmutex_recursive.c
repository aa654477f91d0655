/* The same with a goroutine's RWMutex, whose writers are always preferred. One arrives between the
 * two read locks and all wait for ever; else it comes before them, or is in when the first is
 * tried, comes after them, between the unlocks, or at last: five orders. In each main waits for the
 * channel before it is closed or after, and returns before the other goroutine's end or after.
 *
 * traces: 21
 * finds: deadlock
 */
#include <racerun/go.h>

static rwmutex lock;

static void read_twice(chan(int) done)
{
    rwmutex_rlock(&lock);
    rwmutex_rlock(&lock);
    rwmutex_runlock(&lock);
    rwmutex_runlock(&lock);
    chan_close(done);
}

int main(void)
{
    chan(int) done = chan_make(int, 0);
    go(read_twice, done);
    rwmutex_lock(&lock);
    rwmutex_unlock(&lock);
    chan_get(done);
    return 0;
}
