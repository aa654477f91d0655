/* traces: 1
 * finds: livelock
 * As spin_crossed_2.c, in a ring; one waits in two places, one yields. */
#include <sched.h>

#include "threads.h"

static atomic_int done[3], never;

static void *run(void *number)
{
    long self = (long)number;
    while (!atomic_load(&done[(self + 1) % 3]) && (self || !atomic_load(&never)))
        if (self == 1)
            sched_yield();
    atomic_store(&done[self], 1);
    return NULL;
}

int main(void)
{
    start_many(3, run);
    join_all();
}
