/*
 * world: what the parts of lib/sched share. Private to it.
 *
 * A pending operation hangs in the lists of the (at most two) objects that decide whether it is
 * enabled; whoever changes an object marks it, and the tasks in its list are looked at again after
 * the step. So a step costs what it changed, not how many tasks there are.
 *
 * Where a pending task stands (ready.c):
 *   enabled   its operation can be executed now
 *   timed     it cannot, but may give up at its deadline; a heap, the first deadline on top
 *   napping   it cannot, but may give up without cause (a spurious wake-up)
 *   outside   the world decides (EXTERNAL), asked at every step; beside `timed` when it has a
 *             deadline
 * or in none of them.
 */
#ifndef RACERUN_SCHED_WORLD_H
#define RACERUN_SCHED_WORLD_H

#include "base/arena.h"
#include "base/rng.h"
#include "sched/profile.h"
#include "sched/sched.h"

/* A step is one function (SCHED_WHOLE: all that it calls becomes part of it), but for what happens
 * in some executions only (SCHED_APART). */
#define SCHED_WHOLE __attribute__((flatten))
#define SCHED_APART __attribute__((noinline))

enum object_class {
    OBJECT_MEMORY,
    OBJECT_MUTEX,
    OBJECT_RWLOCK,
    OBJECT_COND,
    OBJECT_SEMAPHORE,
    OBJECT_BARRIER,
    OBJECT_ONCE,
    OBJECT_TASK,
    OBJECT_OUTSIDE,
    OBJECT_GO, /* of the goroutine runtime */
    OBJECT_NONE,
};

/* The events on an object, or on half a word of memory. */
struct past {
    uint64_t changed; /* hash of the last change */
    uint64_t looked;  /* sum of those that looked since */
    uint64_t source;  /* rff: the place of the last change */
};

struct object {
    uint64_t address; /* of memory: the number of the 8-byte word; 0: forgotten */
    uint64_t uid;
    struct past past[2]; /* memory: of the low and the high half; others: the first alone */
    uint32_t pending;    /* task + 1 << 1 | slot: head of the list of pending operations */
    uint8_t class;
    bool marked; /* changed in this step */
    bool known;  /* its state before our first sight was taken over */
    union {
        struct {
            uint64_t news[2]; /* hash of the last change to another value: of each half (await.c) */
        } memory;
        struct {
            uint32_t owner, depth;
            uint32_t next_held; /* index + 1: in its owner's list of robust mutexes */
            bool robust, owner_died, lost;
        } mutex;
        struct {
            uint32_t writer, readers;
            uint32_t writers_waiting; /* that keep readers out: see rwlock.c */
        } rwlock;
        struct {
            uint32_t first, last, count;
        } cond; /* waiters not yet signalled, by task */
        struct {
            uint64_t units;
        } semaphore;
        struct {
            uint32_t arrived, phase;
        } barrier;
        struct {
            uint32_t runner;
            bool done;
        } once;
    };
};

struct link {
    uint32_t next, prev; /* as object.pending; prev 0: the object's head */
};

enum task_state { TASK_RUNS, TASK_PENDS, TASK_ENDED };

enum { SPIN_PLACES = 4 };
struct spin_place {
    uint64_t pc, changed;
    const struct object *object;
};

/* await.c: a place where a task may be waiting for others. */
enum { AWAIT_PLACES = 8 };
struct await_place {
    uint64_t pc, state, news; /* sched_op.state; the last change of what it looked at there */
    struct object *object;
    uint32_t step;          /* of the execution, when last */
    uint32_t visit, rounds; /* when last, of its steps; how often it met the same */
    uint8_t halves;
};

struct task {
    struct sched_op op;
    const struct op_semantics *semantics; /* of op */
    uint32_t number; /* its index: a division of addresses by this struct's size takes longer */
    struct object *object[2];
    struct object *latest; /* that it came to */
    struct link link[2];
    uint8_t halves[2]; /* of the object that the operation is about: bit 0, bit 1 */
    uint8_t state;     /* enum task_state */
    bool signalled;
    uint8_t interrupt;   /* enum sched_interrupt, of the pending operation */
    bool gives_up;       /* its operation may end by a deadline or without cause */
    uint32_t enabled_at; /* index in sched.enabled + 1; so the next three */
    uint32_t timed_at, napping_at, outside_at;
    uint32_t waiter_next;  /* task + 1, in the condition variable's list */
    uint32_t depth_before; /* WAIT: of the mutex, taken again by WAKE */
    uint32_t phase;        /* of the barrier that it arrived at */
    uint32_t robust_held;  /* object's index + 1: list of robust mutexes */
    int result;
    uint64_t path;              /* which creation of which creation of ... */
    uint64_t hash;              /* of its last event */
    uint32_t children, objects; /* made so far */
    uint32_t creator;
    uint32_t pended_by; /* steps when another task made it or made it runnable; 0: it did itself */
    uint32_t woken_by;  /* steps when it was signalled */
    /* fair.c */
    bool yielded;         /* its last step was a yield */
    uint32_t yielded_at;  /* step of the last yield + 1; 0 = none */
    uint32_t held_before; /* waits for the tasks that have stood still since that step; 0 = none */
    uint32_t pended_at;   /* steps when it came to its operation */
    uint32_t stale;       /* how much it looks like spinning */
    /* of strategies */
    uint64_t ready_at; /* order of becoming enabled, or else of pending */
    uint32_t steps;    /* taken */
    uint32_t length;   /* expected; 0 = unknown */
    int32_t importance;
    uint32_t profiled; /* index in the profile + 1 */
    uint32_t weight;   /* surw: interesting events left */
    uint32_t turn;     /* rr, mlq: steps since its turn began */
    uint32_t level;    /* mlq */
    bool interests;    /* surw: stands before an interesting event */
    uint64_t priority;
    /* fair.c, await.c: what few steps look at; last, so that the rest lies together */
    uint32_t visits, progress; /* its steps; the last of them that can be no part of waiting; */
    bool confirms;             /* its step in progress is a round to make sure: await_filter */
    uint32_t changed;          /* the last that wrote what was not there, or that has news now */
    struct spin_place spins[SPIN_PLACES];
    uint32_t places; /* that it came to: of those below */
    struct await_place awaits[AWAIT_PLACES];
};

struct strategy;

struct set { /* of tasks; order is that of history */
    uint32_t *tasks;
    uint32_t count;
};

struct sched {
    struct sched_config config;
    struct sched_plan plan;
    const struct strategy *strategy;
    uint64_t rng, rng_program;
    struct task *tasks;
    uint32_t tasks_count;
    uint32_t current; /* the task that took the last step */
    struct set enabled, timed, napping, outside, candidates, awake, ready;
    struct object *marked[4];
    uint32_t marked_count;
    uint32_t steps;
    uint32_t usual_from, usual_count; /* steps of which the plan asks nothing: see sched.c, step */
    bool strayed;                     /* from the plan: see sched_choose */
    uint32_t spurious_left;
    uint32_t held; /* tasks with held_before */
    uint64_t ready_count;
    uint64_t clock;
    uint64_t trace_hash;
    bool profiling;                     /* this execution is the profile's first */
    bool awaited;                       /* a task was kept from another round of its loop */
    bool spins;                         /* SCHED_SPINNING */
    bool misled;                        /* a task that awaited something went on without it */
    bool crowded;                       /* an event touched more objects than a note has room for */
    struct trace_note *notes;           /* of the steps, if the plan is systematic */
    const struct trace_note **sleepers; /* room for SLEEPERS_MAX */
    uint32_t sleepers_count;
    struct sched_withdrawal *withdrawals; /* if the plan is systematic; room for WITHDRAWALS_MAX */
    uint32_t withdrawals_count;
    struct sched_option *options; /* of all steps, if the plan wants them; room for OPTIONS_MAX */
    uint32_t *options_end;        /* by step */
    /* objects: dense, found by an open table of indexes + 1 */
    struct object *objects;
    uint32_t objects_count;
    uint32_t *table;
    uint32_t table_mask;
    void *strategy_state; /* STRATEGY_STATE bytes, zeroed by sched_create only */
    uint32_t still_since; /* the step since which all await something; 0: they do not (await.c) */
    uint64_t still_hash;  /* of the trace until then */
};
enum {
    STRATEGY_STATE = 1 << 20,
    OBJECTS_MAX = 1 << 22,
    SLEEPERS_MAX = 1 << 16,
    WITHDRAWALS_MAX = 1 << 16,
    OPTIONS_MAX = 1 << 22
};

/* ---- semantics.c ---- */

enum op_role { ROLE_LOOKS, ROLE_CHANGES, ROLE_ORDERS };

struct op_semantics {
    uint8_t class; /* enum object_class of op.address */
    bool tries;    /* EBUSY and EAGAIN mean: try again, so it yields */
    /* How many outcomes it has now; 0 = not enabled. NULL: 1. */
    uint32_t (*outcomes)(const struct sched *sched, const struct task *task);
    /* May it end by its deadline, or without cause, now that it is not enabled? NULL: no. */
    bool (*may_give_up)(const struct sched *sched, const struct task *task);
    /* Does it leave its object as it is, now? NULL: op_role says. Two that do must commute in
     * every state. */
    bool (*only_looks)(const struct sched *sched, const struct task *task, uint32_t outcome);
    /* The effect on the model; returns the operation's result. NULL: none and 0. `outcome` is one
     * of those above, TRACE_TIMED_OUT or TRACE_SPURIOUS. */
    int (*execute)(struct sched *sched, struct task *task, uint32_t outcome);
};

extern const struct op_semantics *const op_semantics[SCHED_KINDS];
extern const uint8_t op_roles[SCHED_KINDS]; /* enum op_role */
/* The object changed: operations pending on it are looked at again. */
void object_mark(struct sched *sched, struct object *object);

static inline uint32_t task_number(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return task->number;
}

/* interrupt.c: in how many ways? They are outcomes of their own. */
uint32_t interrupts_of(const struct sched *sched, const struct task *task);
uint32_t interrupt_outcome(const struct task *task, uint32_t index);

/* Is it kept from its operation? */
static inline bool interrupted(const struct task *task)
{
    return __builtin_expect(task->interrupt, 0) && !task->signalled;
}

/* mutex.c: of locks, before which most tasks stand: to be inlined. */
uint32_t lock_outcomes(const struct sched *sched, const struct task *task);
bool lock_only_looks(const struct sched *sched, const struct task *task, uint32_t outcome);
int lock_execute(struct sched *sched, struct task *task, uint32_t outcome);
int unlock_execute(struct sched *sched, struct task *task, uint32_t outcome);

static inline uint32_t outcomes_of(const struct sched *sched, const struct task *task)
{
    if (interrupted(task))
        return interrupts_of(sched, task);
    if (task->op.kind == SCHED_LOCK)
        return lock_outcomes(sched, task);
    return task->semantics->outcomes ? task->semantics->outcomes(sched, task) : 1;
}

static inline bool may_give_up(const struct sched *sched, const struct task *task)
{
    return task->semantics->may_give_up && task->semantics->may_give_up(sched, task);
}

/* ---- ready.c: where pending tasks stand ---- */

void standing_update(struct sched *sched, struct task *task);
/* The same for all that pend on the object, which changed. */
void standing_update_all(struct sched *sched, const struct object *object);
/* It pends no more. */
void standing_leave(struct sched *sched, struct task *task);
/* Those that the next step may take; valid until it is taken. */
const struct set *candidates_find(struct sched *sched);

/* ---- fair.c ---- */

enum { FAIR_EVERY = 1024 }; /* steps between two looks at who starves: a power of two */
/* Is the step to be taken one at which that is looked at? */
static inline bool fair_looks(const struct sched *sched)
{
    return (sched->steps + 1) % FAIR_EVERY == 0;
}

/* Takes out the candidates that have to wait for one of the first `able`. */
void fair_filter(const struct sched *sched, struct set *candidates, uint32_t able);
/* The step was taken; was it a yield? To be called before objects are detached. `changed_before`:
 * what access_source said before it, for an access. */
bool fair_stepped(struct sched *sched, struct task *task, uint32_t outcome,
                  uint64_t changed_before);

/* ---- await.c ---- */

/* What await_stepped wants to know from before the step. */
uint64_t await_source(const struct task *task);
void await_stepped(struct sched *sched, struct task *task, uint64_t before);
/* The place of the loop that the task has come back to, as it was the last time: all that it read
 * since is what it waits for. NULL: it does not wait, or only as far as can be guessed. */
const struct await_place *await_place(const struct task *task);
/* It takes a round in which it can meet nothing new. */
bool await_confirms(const struct sched *sched, const struct task *task);
/* One of the things that it read besides what its operation is about, from number *at on; NULL: no
 * more. */
const struct await_place *await_next(const struct task *task, const struct await_place *place,
                                     uint32_t *at);
/* The same, or where it came back so often that it is left there. */
const struct await_place *await_returned(const struct task *task);
bool task_awaits(struct sched *sched, struct task *task);
/* Those candidates that do not await anything, or who else does not; of none of them all, unless
 * *ret_verdict is another than SCHED_GO. */
const struct set *await_filter(struct sched *sched, const struct set *candidates,
                               enum sched_verdict *ret_verdict);

/* ---- hash.c ---- */

/* The last change of the memory that the task's operation accesses. */
uint64_t access_source(const struct task *task);
/* Names the event by its causal past; tells by *ret_looks whether it left its object alone.
 * `usual`: it is about its operation's objects alone. */
uint64_t event_hash(struct sched *sched, struct task *task, uint32_t outcome, bool usual,
                    bool *ret_looks);

/* The last event, by `task`, changed this object, too. */
void event_touch(struct sched *sched, struct task *task, struct object *object);

/* Does the task's operation leave its objects as they are, now? */
bool op_looks_only(const struct sched *sched, const struct task *task, uint32_t outcome);

/* ---- note.c ---- */

/* The last event, which was noted, touched this, too. */
void note_touched(struct sched *sched, const struct object *object);
/* Of the task's pending operation, before its effect. */
void note_fill(const struct sched *sched, const struct task *task, uint32_t outcome, bool looks,
               struct trace_note *ret_note);

/* ---- sleep.c ---- */

void sleep_begin(struct sched *sched);
/* Where the firm part of the plan ends, its sleepers fall asleep. */
void sleep_fall(struct sched *sched);
bool sleep_has(const struct sched *sched, uint32_t task, uint32_t outcome);
/* The step is about to be taken: wakes those that depend on it. */
void sleep_step(struct sched *sched, const struct trace_note *step);
/* The first outcome of the task's operation that does not sleep, or TRACE_ANY: all do. */
uint32_t sleep_awake_outcome(const struct sched *sched, const struct task *task);
/* Where any sleep: those candidates of which an outcome is awake; valid until the next call. */
const struct set *sleep_filter(struct sched *sched, const struct set *candidates);

/* ---- robust.c ---- */

void robust_hold(struct sched *sched, struct task *task, struct object *mutex);
void robust_drop(struct sched *sched, struct object *mutex);
/* The task ends: whoever locks next is told. */
void robust_end(struct sched *sched, struct task *task);

/* ---- strategy.c ---- */

const struct strategy *strategy_at(uint32_t index);

/* ---- objects.c ---- */

/* The object there, made now by `task` if there is none. */
struct object *object_at(struct sched *sched, struct task *task, uint64_t address, uint8_t class);
struct object *object_find(const struct sched *sched, uint64_t address, uint8_t class);
void objects_begin(struct sched *sched);
void object_attach(struct sched *sched, struct task *task, int slot, struct object *object);
void object_detach(struct sched *sched, struct task *task, int slot);

/* ---- profile.c ---- */

void profile_begin(struct sched *sched);
void profile_created(struct sched *sched, struct task *task);
void profile_stepped(struct sched *sched, const struct task *task);

/* ---- strategies ---- */

struct strategy {
    const char *name, *help;
    bool takes_parameter;
    bool learns;  /* from each execution for the next: these must follow one another */
    bool natural; /* time passes only when all wait, nobody wakes without cause */
    /* A new execution begins; draws from sched->rng. */
    void (*begin)(struct sched *sched);
    /* A task was made. */
    void (*created)(struct sched *sched, struct task *task);
    /* A task stands before a new operation. */
    void (*pended)(struct sched *sched, struct task *task);
    /* Index in candidates, of which there are at least two. NULL: any, uniformly, and then it wants
     * to know of no step either: the rest is NULL, too. */
    uint32_t (*pick)(struct sched *sched, const struct set *candidates);
    /* The step was taken, also when there was no choice; the task's objects are still attached. */
    void (*stepped)(struct sched *sched, struct task *task);
    /* After that: the step was a yield (fair.c). */
    void (*yielded)(struct sched *sched, struct task *task);
};

#endif
