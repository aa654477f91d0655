/*
 * quiet: waiting until nobody else can run. One goroutine (or guest) at a time waits so: the test
 * harness, which wants to know what is blocked for good. The scheduler's poller decides, as it does
 * with deadlocks: what would be one otherwise is quiet.
 *
 * Timers and the network may keep a program from ever being a deadlock. So from the time `patience`
 * on it is enough that nobody runs at the moment; and at `end` the wait is over in any case.
 *
 * It orders nothing: who is woken has learned that others wait, not what they did.
 */
#ifndef RACERUN_CORO_QUIET_H
#define RACERUN_CORO_QUIET_H

#include "runtime.h"

#pragma GCC visibility push(hidden)

enum quiet {
    QUIET_NEVER,  /* others still run, at the end */
    QUIET_MOMENT, /* nobody runs, but some wait for the clock, the network or threads */
    QUIET_FOREVER /* nothing can wake anybody */
};
/* Times as of time_now. */
enum quiet quiet_wait(int64_t patience, int64_t end);

/* ---- for the scheduler ---- */

extern _Atomic bool quiet_wanted;

/* The poller is about to wait until `deadline`; `forever`: nothing can wake anybody; `moment`:
 * nobody runs. Returns until when it is to wait: 0 when somebody was told. */
int64_t quiet_look(int64_t deadline, bool forever, bool moment);
/* A worker that is not idle came by. */
void quiet_pass(void);

#pragma GCC visibility pop

#endif
