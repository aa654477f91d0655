/*
 * runtime: the goroutine runtime's own front door. What every primitive (channel, mutex, timer,
 * ...) is made of.
 *
 * A *goroutine* is created, runnable, running, waiting or done. A *worker* is a thread that runs
 * goroutines, one at a time; there are RGO_PROCS of them, worker 0 is main's thread. A *guest* is a
 * thread of the program's own that uses the runtime: it has a goroutine too, which blocks on a
 * futex instead of being switched.
 *
 * A primitive waits so: take its lock, queue a `struct waiter` that lives on its own stack, park().
 * Whoever completes the operation takes the waiter off the queue under the same lock, hands the
 * value over, and calls ready() (with or without the lock; no lock of another primitive is needed).
 * Each waiter is made ready exactly once.
 *
 * A goroutine's saved stack pointer is null from the moment when a worker takes it until it is
 * switched away and its registers are saved. So park() may release the primitive's lock before the
 * switch: another worker that was handed this goroutine in between waits for the pointer, a few
 * nanoseconds. Nothing else guards a switch.
 *
 * Runtime code runs on goroutine stacks (64 KiB): no large frames. It may continue on another
 * thread after park() and yield(): never keep worker_self(), errno or a __thread variable across
 * them. Locks are held for a few instructions, never across park(), user code or a system call.
 */
#ifndef RACERUN_CORO_RUNTIME_H
#define RACERUN_CORO_RUNTIME_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/single_threaded.h>
#include <time.h>

#include "racerun/go/base.h"
#include "racerun/hooks.h"

#pragma GCC visibility push(hidden) /* what is declared here is reached directly, not by the GOT   \
                                     */

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define NOINLINE __attribute__((noinline))

/* ---- locks ---- */

struct lock {
    _Atomic uint32_t word;
};

/* Spins, then yields the processor. */
NOINLINE void lock_contended(struct lock *lock);

/* While the process has one thread, plain loads and stores do, which take a fifth of the time; who
 * holds the lock when the second thread is made still holds it. */
static inline void lock_take(struct lock *lock)
{
    if (LIKELY(__libc_single_threaded) &&
        LIKELY(!atomic_load_explicit(&lock->word, memory_order_relaxed))) {
        atomic_store_explicit(&lock->word, 1, memory_order_relaxed);
        return;
    }
    if (UNLIKELY(atomic_exchange_explicit(&lock->word, 1, memory_order_acquire)))
        lock_contended(lock);
}
static inline bool lock_try(struct lock *lock)
{
    return !atomic_exchange_explicit(&lock->word, 1, memory_order_acquire);
}
static inline void lock_release(struct lock *lock)
{
    atomic_store_explicit(&lock->word, 0, memory_order_release);
}

/* ---- goroutines ---- */

enum goroutine_state {
    GOROUTINE_FREE, /* the record is not in use */
    GOROUTINE_CREATED,
    GOROUTINE_RUNNABLE,
    GOROUTINE_RUNNING,
    GOROUTINE_WAITING,
    GOROUTINE_DONE,
};

enum wait_reason {
#define WAIT(name, words) WAIT_##name,
#include "wait_reasons.def"
#undef WAIT
    WAIT_COUNT
};
const char *wait_reason_words(enum wait_reason reason);

struct stack {
    char *low; /* the lowest usable byte; the guard is below it */
    size_t size;
    bool bare;      /* no guard was to be had: its lowest word is a canary */
    bool usual;     /* of the default size, and not bare: it may be used again at once */
    uint32_t known; /* Valgrind's number of it */
};

struct launch;       /* spawn.c: the arguments, until the first run */
struct worker;       /* worker.h */
struct defer_record; /* defer.c, panic.c */
struct panic;
struct local; /* local.c */
struct guest;

struct goroutine {
    _Atomic(void *) sp;     /* where it was switched away; null: see above */
    struct goroutine *next; /* in a run queue or a list of free records */
    void *result;           /* what ready() hands to park() */
    struct worker *pinned;  /* the only worker that may run it, or NULL */
    _Atomic uint8_t state;
    uint8_t reason;   /* while it waits */
    bool dump_ignore; /* not counted as stuck: the runtime's own helpers */
    uint8_t pins;
    int error; /* errno while it does not run */
    struct stack stack;
    uint64_t id;
    uint64_t parent;
    const void *spawn_pc;
    const void *wait_pc; /* the place in the program of the operation it waits in */
    const void *wait_object;
    void (*fn)(void); /* what it was started with */
    struct launch *launch;
    struct defer_record *defers;
    struct panic *panics;
    struct local *locals;
    char *name; /* malloc, or NULL */
    struct guest *guest;
    void *task;  /* the detector's handle */
    void *fiber; /* ThreadSanitizer's */
    int64_t burst_ns, spent_ns;
    int64_t turn_ns;      /* policy.c: when it was switched to */
    uint32_t turn_points; /* and its scheduling points since */
    uint8_t level;
    uint8_t preempt_off;
    int priority;
    int launch_error;
    int group_result; /* what its function returned, for: */
    struct rgo_errgroup *group;
};

/* Only after the runtime has started; see runtime_start. For a thread of the program's own it makes
 * a guest goroutine. */
struct goroutine *goroutine_self(void);

/* Calls visit for every goroutine that is not free. Others may change meanwhile: for dumps. */
void goroutine_each(void (*visit)(struct goroutine *g, void *context), void *context);

/* ---- waiting ----
 * park: the caller has queued itself where somebody will find it and holds `held` (may be NULL).
 * Returns what ready() gave. `pc` is the place in the program (__builtin_return_address(0) of the
 * public function), object what dumps name. */
void *park(struct lock *held, enum wait_reason reason, const void *object, const void *pc);

/* g, which is parked or parking, goes on; it is the next on this worker. From anywhere but a signal
 * handler. */
void ready(struct goroutine *g, void *result);
/* The same, at the end of the queue: for broadcasts and timers. */
void ready_last(struct goroutine *g, void *result);

/* ---- waiter: one operation that waits, in the queue of its primitive; on the waiter's stack ----
 */
struct waiter {
    struct waiter *next, *prev;
    struct goroutine *g;
    void *value;               /* where the operation's value is or goes */
    _Atomic uint32_t *claimed; /* select: the first who sets it from 0 to 1 wins; NULL: alone */
    const struct rgo_select_ *select;
    const void *pc;
    uint32_t index; /* select: which case */
    bool queued;
    bool ok;
};

struct waiters {
    struct waiter *first, *last;
};

static inline void waiters_append(struct waiters *list, struct waiter *w)
{
    w->next = NULL;
    w->prev = list->last;
    w->queued = true;
    if (list->last)
        list->last->next = w;
    else
        list->first = w;
    list->last = w;
}

static inline void waiters_remove(struct waiters *list, struct waiter *w)
{
    if (w->prev)
        w->prev->next = w->next;
    else
        list->first = w->next;
    if (w->next)
        w->next->prev = w->prev;
    else
        list->last = w->prev;
    w->queued = false;
}

static inline struct waiter *waiters_take(struct waiters *list)
{
    struct waiter *w = list->first;
    if (w)
        waiters_remove(list, w);
    return w;
}

/* ---- time ---- */

static inline int64_t time_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}
#define TIME_NEVER INT64_MAX

/* ---- what the scheduler asks of timers and of the network (timer.c, netpoll.c) ----
 * timers_run makes due goroutines and callbacks ready and returns when the next is due, TIME_NEVER
 * if none. netpoll_run makes ready what has become possible, waits at most until `deadline` (0: not
 * at all; TIME_NEVER) and is left early by netpoll_wake; it returns false at once when nothing was
 * ever registered. One worker at a time waits in it. netpoll_waiting: how many goroutines wait for
 * it. */
int64_t timers_run(int64_t now);
bool timers_pending(void);
bool netpoll_run(int64_t deadline);
void netpoll_wake(void);
size_t netpoll_waiting(void);
/* An earlier timer than the sleeping worker knows of was set. */
void scheduler_timer_changed(void);

/* ---- calls that are under way outside (blocking.c): while any is, nothing is a deadlock ---- */
void scheduler_outside_add(int delta);

/* ---- the end (panic.c, dump.c) ----
 * panic_text: a run-time panic that recover may stop; words as Go's, without "panic: ". fatal_text:
 * "fatal error: words", all goroutines' states, exit 2. deadlock_report: nobody can run any more;
 * called on a worker's scheduler stack. */
RGO_NORETURN void panic_text(const char *words);
/* The same about a channel. */
struct rgo_chan;
RGO_NORETURN void panic_on_channel(const char *words, const struct rgo_chan *c);
RGO_NORETURN void fatal_text(const char *words);
RGO_NORETURN void deadlock_report(void);
/* Runs the deferred calls that are left; at rgo_exit and when the goroutine's function has
 * returned. */
void defers_run(struct goroutine *g);
void locals_destroy(struct goroutine *g);
/* g, which belongs to an errgroup, has ended. */
void errgroup_finished(struct goroutine *g);

/* Called once for each worker thread, on it, before it runs anything: signal stack. */
void worker_thread_started(void);
/* Whether this fault address is in the guard of a goroutine's stack: that goroutine, else NULL.
 * Safe in a signal handler. */
struct goroutine *stack_overflowed(const void *address);
size_t stack_default_size(void);
/* A number of the environment, at least 1, at most `most`; 0: it is not set, or no number. */
unsigned env_number(const char *name, unsigned most);

/* ---- the detector ---- */
extern const struct rgo_hooks *runtime_hooks; /* NULL: no detector */

#define HOOK(call)                                                                                 \
    do {                                                                                           \
        if (UNLIKELY(runtime_hooks != NULL))                                                       \
            runtime_hooks->call;                                                                   \
    } while (0)

/* Starts the runtime if it has not been: from a constructor, and from whoever may come before it.
 */
void runtime_start(void);

/* Per-thread random numbers that nothing else consumes; under the detector's controller a choice.
 */
uint32_t runtime_random(uint32_t below);

#pragma GCC visibility pop

#endif
