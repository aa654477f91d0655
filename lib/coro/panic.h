/*
 * panic: deferred calls and landing places are one list per goroutine, the newest first
 * (g->defers); each record lives in the frame of its function. A panic or an exit works it off from
 * the front, on top of the stack that it interrupts. Panics that are under way are a list too
 * (g->panics): a deferred call of one may start another.
 *
 * A landing place is reached by a jump out of all frames above it. What was started in those frames
 * (panics, exits) is over then: told by the address of the frame that works it off.
 */
#ifndef RACERUN_CORO_PANIC_H
#define RACERUN_CORO_PANIC_H

#include "racerun/go/defer.h"
#include "runtime.h"

struct defer_record {
    struct rgo_defer_head head;
};

struct panic {
    struct rgo_panicked shown;
    struct panic *older;
    const struct defer_record *below; /* g->defers when its present deferred call began */
    const char *frame;                /* of the function that works it off */
    const void *pc;                   /* the place in the program; NULL: find it */
    const struct rgo_chan *channel;   /* what it was about, or NULL; perhaps freed */
    bool exit;                        /* no panic but rgo_exit; lives on the stack */
    bool calling;                     /* a deferred call is under way */
    bool recovered;
    char text[]; /* what shown.text points to */
};

/* ---- defer.S ---- */
void defer_call(struct defer_record *record);
RGO_NORETURN void landing_jump(void **registers);

/* ---- defer.c ---- */
/* Works off g's deferred calls for p; returns when none is left. */
void defers_work_off(struct goroutine *g, struct panic *p);

/* ---- recover.c ---- */
/* p, which was recovered (or not, at rgo_attempt), continues there. */
RGO_NORETURN void landing_take(struct goroutine *g, struct panic *p, struct rgo_landing *landing);
/* p was recovered and there is no place to continue at. */
RGO_NORETURN void landing_missing(struct goroutine *g);
/* The end of an exit whose deferred calls were run. */
RGO_NORETURN void exit_finish(struct goroutine *g);

/* main has called rgo_exit. */
bool main_exited(void);

#endif
