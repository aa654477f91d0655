/*
 * golitmus.h: what the programs in tests/golitmus share. The invisible barrier is that of
 * ../support/litmus.h, but whoever waits for a step lets other goroutines run: a yield orders
 * nothing, and with one processor nobody else would get there. Bodies run in goroutines.
 *
 * Whether a goroutine waits in an operation is seen in the object's queue of waiters, read as
 * invisibly: so a program can let its peer find it parked, or not, in every run.
 */
#ifndef GOLITMUS_H
#define GOLITMUS_H

#include <racerun/go.h>

#include "../support/litmus.h"

#undef await
#undef meet
#undef await_meeting

/* Returns once step n, or a later one, is done. */
LITMUS_INLINE void await(int n)
{
    while (!reached(n))
        rgo_yield();
}

/* One more has come so far; returns once n have. */
LITMUS_INLINE void arrive(void)
{
    invisible_meet(&litmus_meeting, 0);
}

LITMUS_INLINE void await_arrivals(int n)
{
    while (invisible_peek(&litmus_meeting) < n)
        rgo_yield();
}

/* Returns once somebody waits in this queue of a mutex, rwmutex, waitgroup, once, or the like. */
LITMUS_INLINE void await_waiter(const struct rgo_wait_queue *queue)
{
    struct invisible_pointer *first = (struct invisible_pointer *)(uintptr_t)&queue->first;
    while (!invisible_take(first))
        rgo_yield();
}

__attribute__((unused)) static void golitmus_body(litmus_body *body, rgo_waitgroup *running)
{
    body();
    rgo_waitgroup_done(running);
}

/* Runs the bodies in a goroutine each; returns when all have ended. Each is ordered after what came
 * before the call and before what comes after it, and with no other. */
__attribute__((unused)) static void run3(litmus_body *f, litmus_body *g, litmus_body *h)
{
    rgo_waitgroup running = {};
    rgo_waitgroup_add(&running, h ? 3 : 2);
    rgo_go(golitmus_body, f, &running);
    rgo_go(golitmus_body, g, &running);
    if (h)
        rgo_go(golitmus_body, h, &running);
    rgo_waitgroup_wait(&running);
}

__attribute__((unused)) static void run2(litmus_body *f, litmus_body *g)
{
    run3(f, g, NULL);
}

#endif
