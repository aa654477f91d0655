/*
 * sched: one execution under control; the decider. It knows before which visible operation each
 * task stands, the state of the sync objects, so which operations are enabled, and who goes next.
 *
 * The model is RULES.md part 2: each task stops before its next visible operation (sched_pend). A
 * step (sched_step) chooses an enabled task, takes its operation's effect on the model, and that
 * task then runs to its next one. Exactly one task runs at any time, so nothing here is locked;
 * callers see to it. Primitives live in the model alone: the real ones are never touched.
 *
 * Pure: memory of its own (reserved from the kernel), no clock, no address or hash order in any
 * decision: the same plan gives the same execution in every process. Objects are known by their
 * address within an execution, and by a uid (which task touched it first, as its how-manyeth)
 * across.
 */
#ifndef RACERUN_SCHED_SCHED_H
#define RACERUN_SCHED_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/room.h"
#include "trace/event.h"
#include "trace/note.h"

#define SCHED_NEVER UINT64_MAX
#define SCHED_NONE TRACE_NONE

/* Flags of operations, by kind; below TRACE_LOW. */
enum {
    SCHED_RECURSIVE = 1,     /* mutex */
    SCHED_ERRORCHECK = 2,    /* mutex */
    SCHED_ROBUST = 4,        /* mutex */
    SCHED_PREFER_WRITER = 8, /* rwlock: a waiting writer blocks new readers */
    SCHED_ATOMIC = 16,       /* access */
    SCHED_CLAIMED = 32,      /* if the object is seen first now, it is in this state: a mutex locked
                              * by task `count`, a semaphore with `count` units, a once done */
    SCHED_CONDITIONAL =
        64,              /* UPDATE: a compare-exchange; config.ready says whether it would write */
    SCHED_EXCHANGES = 1, /* UPDATE: config.ready says whether what it writes is not there already */
    SCHED_AT_ONCE = 128, /* CHOOSE: no other task goes first */
    SCHED_WIDE = 1,      /* SELECT: it is about more objects than its operation can name */
};

/* Does a signal handler that runs while a task waits in its operation end that (EINTR)? */
enum sched_breaks {
    SCHED_BREAKS_NEVER,   /* it goes on waiting */
    SCHED_BREAKS_MAYBE,   /* unless the handler was set to restart it (SA_RESTART) */
    SCHED_BREAKS_ALWAYS,  /* in any case */
    SCHED_BREAKS_AT_ONCE, /* and none runs before the wait begins (sigsuspend) */
};

enum { SCHED_MORE = NOTE_OBJECTS - 1 };

/* A pending operation. What a kind does not name is 0, the deadline SCHED_NEVER. */
struct sched_op {
    uint16_t kind; /* enum sched_kind */
    uint16_t flags;
    uint32_t count;    /* barrier: parties; choose: outcomes; semaphore: units at first sight;
                        * access: bytes; join, cancel: the task's number */
    uint64_t address;  /* of the object; of the accessed memory */
    uint64_t mutex;    /* WAIT, WAKE: address of the mutex; UPDATE: what config.ready compares */
    uint64_t deadline; /* virtual ns */
    uint64_t pc;       /* the place in the program */
    uint64_t state;    /* names all that its task goes on by but for what it will read: equal where
                        * that is; 0: not known */
    uint8_t breaks;    /* enum sched_breaks */
    uint64_t more[SCHED_MORE]; /* goroutines': further objects that it is about, 0 = no more */
};

enum sched_verdict {
    SCHED_GO,       /* *ret_task goes on; its result is sched_result() */
    SCHED_DEADLOCK, /* no task can ever go */
    SCHED_OUTSIDE,  /* none can go before something outside happens (EXTERNAL) */
    SCHED_LATE,     /* others could, but the plan's next waits for it */
    SCHED_DIVERGED, /* the plan's next step is not possible; see sched_steps() */
    SCHED_TOO_LONG, /* steps_max is reached */
    SCHED_ASLEEP,   /* all that could go sleep: this was explored */
    SCHED_SPINNING, /* systematic: all that could go are in loops that wait for each other */
};

struct sched_config {
    uint32_t tasks_max;
    uint32_t steps_max;
    uint32_t spurious_max; /* spurious wake-ups an execution */
    struct room *room;     /* of its tables: a forked child's execution can be looked at here */
    bool time_choices;     /* the clock may jump to the first sleeper at any point */
    /* Can a pending EXTERNAL go now? Asked again at every step. SCHED_CONDITIONAL, SCHED_EXCHANGES:
     * see there. */
    bool (*ready)(void *context, uint32_t task, const struct sched_op *op);
    /* Nothing can go before `nanoseconds` have passed or an EXTERNAL can. May wait for the world
     * outside, as long at most. False: an EXTERNAL can go. NULL: time passes at once. */
    bool (*pass)(void *context, uint64_t nanoseconds);
    void *context;
    struct trace_event *events; /* the trace, room for steps_max; the caller's memory */
    /* What former executions taught; in memory that all of them share, zeroed at first. NULL: rff
     * and surw are then random walks, sjn and srt know hints alone. */
    struct sched_profile *profile;
};

/* What one may do next. */
struct sched_option {
    uint32_t task, outcome;
};

/* What an execution is to do: follow `events`, then a strategy. */
struct sched_plan {
    const struct trace_event *events; /* task, outcome and kind count; NULL = none */
    uint32_t events_count;
    uint32_t strategy;  /* index: strategy_find */
    uint32_t parameter; /* pct's depth, rr's quantum */
    uint64_t seed;
    uint64_t seed_program;   /* of sched_random: the same in every schedule of an exploration */
    uint32_t steps_expected; /* of former executions, the maximum; 0 = unknown */
    /* Exhaustive search: notes are taken, and of the events those past firm_count name their task
     * by its path (`object`), may leave the outcome open, and are left where one is not possible.
     * Where the firm ones end, these steps fall asleep. */
    bool systematic;
    bool coarse;       /* goroutines' operations and sleeps are taken to be about one object */
    bool every_option; /* what else could have been done is noted, too: sched_options_at */
    uint32_t firm_count;
    uint32_t known_count; /* so many of those are also the first ones of the last such execution,
                           * whose notes of them hold */
    const struct trace_note *sleepers;
    uint32_t sleepers_count;
};

struct sched;

struct sched *sched_create(const struct sched_config *config);
void sched_destroy(struct sched *sched);

/* A new execution: no tasks, no objects. */
void sched_begin(struct sched *sched, const struct sched_plan *plan);

/* A new task, made by `creator` (SCHED_NONE: by nobody); it has no pending operation yet. Numbers
 * go up from 0. SCHED_NONE when there are tasks_max already. */
uint32_t sched_task_new(struct sched *sched, uint32_t creator);
/* For priority and sjn, srt: larger goes first; steps the task is thought to take. */
void sched_task_hint(struct sched *sched, uint32_t task, int32_t priority, uint32_t steps);

void sched_pend(struct sched *sched, uint32_t task, const struct sched_op *op);
/* A task that stands before PARKED or SIGWAIT, or will next, may go on. */
void sched_wake(struct sched *sched, uint32_t task);
/* Takes the task's pending operation back: what the last step led to has made it void. */
void sched_unpend(struct sched *sched, uint32_t task);
/* What the last step led to was about this object of the goroutine runtime, too. */
void sched_touch(struct sched *sched, uint64_t address);

/* What keeps the pending task from its operation: it goes on to attend to a signal or to its
 * cancellation, and may come back. RESTARTS: what waits goes on waiting after it, if it may. Of
 * a task that was woken already (WAKE, PARKED) nothing is kept. */
enum sched_interrupt { SCHED_UNDISTURBED, SCHED_RESTARTS, SCHED_ENDS };
void sched_interrupt(struct sched *sched, uint32_t by, uint32_t task, enum sched_interrupt how);
/* Results of a step that was no more than this. */
enum { SCHED_INTERRUPTED = -1, SCHED_BROKEN = -2 };
enum sched_verdict sched_step(struct sched *sched, uint32_t *ret_task);
/* sched_pend and then sched_step, which is what a task does that runs: at once, which is faster. */
enum sched_verdict sched_pend_step(struct sched *sched, uint32_t task, const struct sched_op *op,
                                   uint32_t *ret_task);

/* The running task chooses one of `count` without letting others go: a step of its own. */
uint32_t sched_choose(struct sched *sched, uint32_t task, uint32_t count, uint64_t pc);

/* All that the next step could be, spurious wake-ups and time-outs included; a plan may name any of
 * them. Returns how many there are, at most `max` are written. */
uint32_t sched_options(const struct sched *sched, struct sched_option *ret_options, uint32_t max);

/* ---- for exhaustive search, after an execution that was planned as systematic ---- */

const struct trace_note *sched_notes(const struct sched *sched);
/* The task's pending operation and whether it is enabled; false: it has none. */
bool sched_pending_note(struct sched *sched, uint32_t task, struct trace_note *ret_note,
                        bool *ret_possible);
/* Does such an operation leave its objects as they are, whatever comes of it? */
bool note_only_looks(const struct trace_note *note);
/* Operations that were taken back before their time had come, or what they waited for outside: in
 * order, with the number of steps then. */
struct sched_withdrawal {
    uint32_t steps;
    struct trace_note note;
};
const struct sched_withdrawal *sched_withdrawals(const struct sched *sched, uint32_t *ret_count);
/* Did an event touch more objects than its note has room for? Plans have to be coarse then. */
bool sched_crowded(const struct sched *sched);
/* All that the step could have been; not of what a task chose at once. */
/* Was a task kept from another round of a loop that waits, which might have been different? */
bool sched_awaited(const struct sched *sched);
/* Did one go on although nothing had changed that it seemed to wait for? */
bool sched_misled(const struct sched *sched);
/* Did it end with SCHED_SPINNING? */
bool sched_spins(const struct sched *sched);
/* Does the task stand where it stood before, in the same state, having changed nothing since? */
bool sched_returned(const struct sched *sched, uint32_t task);
uint64_t sched_event_hash(const struct sched *sched, uint32_t step);
uint64_t sched_path(const struct sched *sched, uint32_t task);
const struct sched_option *sched_options_at(const struct sched *sched, uint32_t step,
                                            uint32_t *ret_count);
uint32_t sched_spurious_left(const struct sched *sched);

/* What the operation that the task took last returns: 0 or a positive errno, SCHED_INTERRUPTED or
 * SCHED_BROKEN; WAIT: EPERM = it does
 * not wait, no WAKE may follow; WAKE: ETIMEDOUT, EINTR = it gave up and a second WAKE, which takes
 * the mutex, has to follow; ARRIVE: 1 for the task
 * that completes the phase; ONCE_BEGIN: 1 = run the routine; CHOOSE: the number. */
int sched_result(const struct sched *sched, uint32_t task);

/* The object at `address` is no more: the next operation there is a new one's first. */
void sched_forget(struct sched *sched, uint64_t address, uint64_t size);
/* Units of a semaphore at `address`, or -1 if it was never used. */
int64_t sched_units(const struct sched *sched, uint64_t address);

/* ---- the state, for reports ---- */

uint32_t sched_tasks(const struct sched *sched);
bool sched_ended(const struct sched *sched, uint32_t task);
/* NULL when the task runs or has ended. */
const struct sched_op *sched_pending(const struct sched *sched, uint32_t task);
/* The task that holds the mutex or the rwlock (for writing), or SCHED_NONE. */
uint32_t sched_owner(const struct sched *sched, uint64_t address);
/* Are there tasks that wait for each other for ever, in locks and joins, whoever else can go? */
bool sched_entangled(const struct sched *sched);
uint32_t sched_steps(const struct sched *sched);
/* Who took the last step: it runs, or did; SCHED_NONE: there was none. */
uint32_t sched_current(const struct sched *sched);
/* The kind of the task's next operation in the plan; SCHED_KINDS: a plan that does not say;
 * SCHED_NONE: it has none there. */
uint32_t sched_planned(const struct sched *sched, uint32_t task);
uint64_t sched_clock(const struct sched *sched);            /* virtual ns since the beginning */
void sched_clock_advance(struct sched *sched, uint64_t ns); /* a task read the clock */
/* Equal for executions that differ only in the order of independent steps. */
uint64_t sched_trace_hash(const struct sched *sched);
/* Reproducible randomness for the program itself (rand seeds, getrandom). */
uint64_t sched_random(struct sched *sched);

/* ---- strategies ---- */

/* By name ("pct"); SCHED_NONE if there is none. */
uint32_t strategy_find(const char *name);
/* NULL past the end. */
const char *strategy_name(uint32_t index);
const char *strategy_help(uint32_t index);
bool strategy_takes_parameter(uint32_t index);
/* Does an execution under it depend on former ones under it, by the profile? */
bool strategy_learns(uint32_t index);
/* Sets the plan's strategy and parameter: those of the portfolio's schedule number `schedule`. */
void portfolio_plan(uint64_t schedule, struct sched_plan *plan);
/* The first schedule from `schedule` on that learns, or that does not, in an exploration under
 * `strategy` (SCHED_NONE: the portfolio); SCHED_NEVER: there is none. */
uint64_t portfolio_next(uint32_t strategy, uint64_t schedule, bool learns);
/* Recomputes what the steps keep up to date. NULL, or what is wrong. */
const char *sched_selfcheck(const struct sched *sched);

#endif
