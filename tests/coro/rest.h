/* How tests wait for what they cannot be told of. */
#ifndef RACERUN_TESTS_CORO_REST_H
#define RACERUN_TESTS_CORO_REST_H

#include <unistd.h>

#include "racerun/go.h"

/* Lets other goroutines run, and other workers, for whom there may be too few processors. On a busy
 * machine sched_yield costs the rest of a time slice, each time; who sleeps is soon back. */
static inline void rest(void)
{
    static _Atomic unsigned count;
    rgo_yield();
    if (rgo_procs() > 1 && ++count % 8 == 0)
        usleep(1);
}

#endif
