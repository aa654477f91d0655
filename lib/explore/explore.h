/*
 * explore: exhaustive search; the planner. Between executions it reads the last one's trace and
 * says what the next is to do, until every Mazurkiewicz trace of the program was executed.
 *
 * The algorithms are source-DPOR with sleep sets and optimal DPOR with wakeup trees (Abdulla,
 * Aronis, Jonsson, Sagonas: Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction,
 * JACM 2017; blocking operations after Jonsson, Lång, Sagonas: Awaiting for Godot, FMCAD 2022), and
 * a plain depth-first search of all decisions as their oracle.
 *
 *   explore_create; do { explore_plan; run it; } while (explore_next)
 *
 * Pure: memory of its own, in a room of the caller's or reserved from the kernel, and bounded by
 * the frontier (the current execution and what is still to be explored beside it); no clock, no
 * randomness.
 */
#ifndef RACERUN_EXPLORE_EXPLORE_H
#define RACERUN_EXPLORE_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/room.h"
#include "sched/sched.h"

enum explore_algorithm {
    EXPLORE_SOURCE,
    EXPLORE_OPTIMAL,
    EXPLORE_DFS,
    EXPLORE_SHARED, /* by several explorers at a time (frontier.h) */
};

/* What a depth-first search may bound: how often an execution switches away from a task that could
 * have gone on and did not yield; or how many tasks it passes over that come before in the order of
 * a scheduler without delays (Emmi, Qadeer, Rakamarić: Delay-Bounded Scheduling, POPL 2011): who
 * runs, then by number those that can go on, then those that can only give up. */
enum explore_bound { EXPLORE_UNBOUNDED, EXPLORE_PREEMPTIONS, EXPLORE_DELAYS };

struct explore_config {
    enum explore_algorithm algorithm;
    uint32_t steps_max;       /* of one execution */
    uint32_t tasks_max;       /* of one execution */
    uint32_t spurious_max;    /* wake-ups without cause, of one execution */
    enum explore_bound bound; /* DFS: executions with more are left out */
    /* All executions with at most bound_first come first, then all further ones with at most one
     * more, and so on to bound_last: none is executed twice. More than one bound: one explorer,
     * which neither gives nor releases parts. */
    uint32_t bound_first, bound_last;
    uint32_t kept_max; /* steps written down for larger bounds: with more, no bound is begun that
                        * needs them; 0: what memory has room for */
    struct room *room; /* of its memory; NULL: it is private */
    struct frontier *frontier; /* of which it explores parts (frontier.h); NULL: it explores all */
};

/* How an execution ended. */
enum explore_end {
    EXPLORE_END_ITSELF,  /* nobody can go on, or the program ended */
    EXPLORE_END_ABORTED, /* what its last step led to was the end of the process */
    EXPLORE_END_ASLEEP,  /* SCHED_ASLEEP: it was redundant */
    EXPLORE_END_LONG,    /* cut off where others could have gone on */
    EXPLORE_END_LOST,    /* it could not do what the one before did */
};

struct explore_stats {
    uint64_t executions; /* without those that were found redundant */
    uint64_t blocked;    /* found redundant on their way */
    uint64_t cut;        /* whose plan was not possible to its end */
    uint64_t races;      /* reversed */
    uint64_t bounded;    /* steps that were left out: they would have gone beyond the bound */
    uint32_t bounds;     /* the bounds below are explored, of those from bound_first on */
    uint64_t bounds_executions; /* with at most bounds - 1 */
    uint64_t lost;              /* EXPLORE_END_LOST */
    bool strict; /* EXPLORE_OPTIMAL became EXPLORE_SHARED: steps vary with the state they come in */
    uint32_t waiting; /* nodes of wakeup trees now: what is known to be still to explore */
    uint32_t waiting_most;
};

struct explore;

struct explore *explore_create(const struct explore_config *config);
void explore_destroy(struct explore *explore);
/* Fills in what the next execution has to follow: events, strategy, sleepers. Valid until
 * explore_next. */
void explore_plan(const struct explore *explore, struct sched_plan *plan);
/* The planned execution has ended; `sched` still shows it. False: everything is explored, or all of
 * its part. */
bool explore_next(struct explore *explore, struct sched *sched, enum explore_end end);
/* What is done of the search or the part, after explore_next: a guess, from 0 to 1, and rising
 * unless more to explore was found. */
double explore_done(const struct explore *explore);
struct explore_stats explore_stats(const struct explore *explore);

#endif
