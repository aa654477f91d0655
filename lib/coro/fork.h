/*
 * fork.h: locks that nobody may hold at a fork, as the child would find them taken for ever. Their
 * modules name them here; fork takes all of them before and releases them on both sides. None of
 * them is taken while another one is held, so their order does not matter.
 */
#ifndef RACERUN_CORO_FORK_H
#define RACERUN_CORO_FORK_H

#include "runtime.h"

#define FORK_LOCK(name, where)                                                                     \
    static struct lock *const name __attribute__((section("rgo_fork_locks"), used)) = &(where)

/* timer.c: its locks are many. The child has no timers: those that were set stop. */
void timers_fork_prepare(void);
void timers_fork_parent(void);
void timers_forked(void);
/* blocking.c: the helpers are gone, but for the one that forked, if it is one. */
void blocking_forked(void);
/* monitor.c: its thread is gone. */
void monitor_forked(void);

/* The goroutine that forked, in the child, unless it is main: see fork.c. */
extern struct goroutine *fork_main;
/* Its function has returned: the process ends, as when main returns. */
RGO_NORETURN void fork_main_returned(struct goroutine *g);

#endif
