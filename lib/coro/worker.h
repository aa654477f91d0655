/*
 * worker: a thread that runs goroutines, and its run queue: one slot for the goroutine that was woken
 * last (it runs next, while what it was handed is in the cache), and a ring of the others, from which
 * other workers steal half (Blumofe & Leiserson, JACM 1999; the ring as in Go's runtime). What does not
 * fit goes into the global queue.
 */
#ifndef RACERUN_CORO_WORKER_H
#define RACERUN_CORO_WORKER_H

#include <pthread.h>
#include <signal.h>

#include "exceptions.h"
#include "pool.h"
#include "runtime.h"

#pragma GCC visibility push(hidden)

#define RING_SIZE 256u
#define WORKERS_MAX 256u
#define CHECK_INTERVAL 61u /* of so many switches one looks at timers, network and global queue */
#define SHARE_PUSHES 4u
#define NEXT_UP_MAX 32u    /* so many in a row from the slot, then one from the ring */

struct worker {
    struct goroutine *current;
    int *errno_at; /* of this thread */
    struct exceptions *exceptions; /* the same; NULL: no C++ */
    uint32_t tick;
    uint32_t next_up_run;
    uint32_t pushes; /* while the global queue was not empty */
    _Atomic(struct goroutine *) next_up;
    _Atomic uint32_t tail; /* the owner's */
    _Atomic(struct goroutine *) ring[RING_SIZE];
    _Alignas(64) _Atomic uint32_t head; /* advanced by owner and thieves */

    struct lock inbox_lock; /* goroutines that only this worker may run */
    struct goroutine *inbox_first, *inbox_last;
    _Atomic bool inbox_any;

    struct goroutine idle;   /* the scheduler's own context on this thread */
    struct goroutine *dying; /* left its stack for good; to be reclaimed by the scheduler's context */
    struct pool_own records, launches;
    struct stack_free *free_stacks;
    unsigned free_stack_count;
    struct launch *begun; /* whose arguments the goroutine that was begun last is reading */
    uint64_t id_next, id_end;
    uint64_t random;

    _Atomic uint32_t signal; /* futex: 1 = woken */
    bool spinning; /* by itself, or by who takes it off the idle list */
    _Atomic int64_t made, ended; /* goroutines, here */
    struct worker *idle_next;
    pthread_t thread;
    sigset_t usual_mask;  /* which a signal handler's differs from: see preempt.c */
    _Atomic bool preempt; /* its goroutine computes for too long */

    _Atomic uint32_t calm; /* not 0: it is left alone, see calm.c */
    bool crowded;
    uint64_t calm_until, calm_length;
    uint64_t spun, spun_since; /* time lost at locks, since when */
    uint64_t awake_since;
    struct worker *robbed; /* since then: from whom it has stolen last */
    unsigned index;
};

struct scheduler {
    unsigned procs;
    _Atomic unsigned started;
    struct worker *workers[WORKERS_MAX];

    struct lock global_lock;
    struct goroutine *global_first, *global_last;
    _Atomic size_t global_count;

    struct lock idle_lock; /* guards the list */
    struct worker *idle_list;
    _Atomic unsigned idle_count;
    _Atomic unsigned spinning;
    unsigned idle_changes;           /* how often one left the list; guarded by idle_lock */
    _Atomic(struct worker *) poller; /* who waits for timers and network */

    _Atomic int outside;       /* calls that are under way on helper threads */
    _Atomic int guests_awake;  /* threads of the program's own that do not wait */
    _Atomic unsigned guests_risen; /* how often one began or was woken */
    _Atomic int guests;        /* all of them */
    _Atomic int helpers;       /* threads of ours that are no workers */
    _Atomic int64_t made, ended; /* the same for other threads; rgo_count adds them up */
};

extern struct scheduler scheduler;

extern __thread struct worker *runtime_worker __attribute__((tls_model("initial-exec")));

/* Read anew each time: the compiler must not keep it over a switch. */
static inline struct worker *worker_self(void)
{
    struct worker *w;
    __asm__ volatile("movq runtime_worker@gottpoff(%%rip), %0\n\tmovq %%fs:(%0), %0" : "=r"(w));
    return w;
}

/* ---- queue.c ---- */
/* Half of the victim's ring; its slot too if `hard`. Returns one, the others are in w's ring. */
struct goroutine *queue_steal(struct worker *w, struct worker *victim, bool hard);
void queue_global_push(struct goroutine *first, struct goroutine *last, size_t count);
struct goroutine *queue_global_take(struct worker *w);
void queue_inbox_push(struct worker *w, struct goroutine *g);
struct goroutine *queue_inbox_take(struct worker *w);
/* While the global queue is not empty, or the ring full. */
void queue_push_slow(struct worker *w, struct goroutine *g);

static inline bool queue_ring_empty(const struct worker *w)
{
    return atomic_load_explicit(&w->head, memory_order_acquire) ==
           atomic_load_explicit(&w->tail, memory_order_acquire);
}

/* The slot counts. */
static inline bool queue_empty(const struct worker *w)
{
    return queue_ring_empty(w) && !atomic_load_explicit(&w->next_up, memory_order_acquire);
}

/* The owner, at the ring's end. */
static inline void queue_push(struct worker *w, struct goroutine *g)
{
    uint32_t head = atomic_load_explicit(&w->head, memory_order_acquire);
    uint32_t tail = atomic_load_explicit(&w->tail, memory_order_relaxed);
    if (UNLIKELY(tail - head >= RING_SIZE ||
                 atomic_load_explicit(&scheduler.global_count, memory_order_relaxed))) {
        queue_push_slow(w, g);
        return;
    }
    atomic_store_explicit(&w->ring[tail % RING_SIZE], g, memory_order_relaxed);
    atomic_store_explicit(&w->tail, tail + 1, memory_order_release);
}

/* Into the slot; who was there goes to the ring's end. */
static inline void queue_push_next(struct worker *w, struct goroutine *g)
{
    struct goroutine *before;
    if (scheduler.procs == 1) {
        before = atomic_load_explicit(&w->next_up, memory_order_relaxed);
        atomic_store_explicit(&w->next_up, g, memory_order_relaxed);
    } else {
        before = atomic_exchange_explicit(&w->next_up, g, memory_order_acq_rel);
    }
    if (before)
        queue_push(w, before);
}

static inline struct goroutine *queue_next_up_take(struct worker *w)
{
    struct goroutine *g = atomic_load_explicit(&w->next_up, memory_order_relaxed);
    if (!g)
        return NULL;
    if (scheduler.procs == 1)
        atomic_store_explicit(&w->next_up, NULL, memory_order_relaxed);
    else
        g = atomic_exchange_explicit(&w->next_up, NULL, memory_order_acquire);
    return g;
}

static inline struct goroutine *queue_ring_take(struct worker *w)
{
    uint32_t tail = atomic_load_explicit(&w->tail, memory_order_relaxed);
    uint32_t head = atomic_load_explicit(&w->head, memory_order_acquire);
    while (head != tail) {
        struct goroutine *g =
            atomic_load_explicit(&w->ring[head % RING_SIZE], memory_order_relaxed);
        if (scheduler.procs == 1) {
            atomic_store_explicit(&w->head, head + 1, memory_order_relaxed);
            return g;
        }
        if (atomic_compare_exchange_weak(&w->head, &head, head + 1))
            return g;
    }
    return NULL;
}

static inline struct goroutine *queue_take(struct worker *w)
{
    if (LIKELY(w->next_up_run < NEXT_UP_MAX)) {
        struct goroutine *g = queue_next_up_take(w);
        if (g) {
            w->next_up_run++;
            return g;
        }
    }
    w->next_up_run = 0;
    struct goroutine *g = queue_ring_take(w);
    return g ? g : queue_next_up_take(w);
}

/* For g, which yields: to the ring's end, and the first of the ring is returned; that leaves room.
 * NULL: neither, as there is something in the slot or the global queue, or nothing in the ring. */
static inline struct goroutine *queue_turn(struct worker *w, struct goroutine *g)
{
    if (UNLIKELY(atomic_load_explicit(&w->next_up, memory_order_relaxed) ||
                 atomic_load_explicit(&scheduler.global_count, memory_order_relaxed)))
        return NULL;
    uint32_t tail = atomic_load_explicit(&w->tail, memory_order_relaxed);
    struct goroutine *first = queue_ring_take(w);
    if (UNLIKELY(!first))
        return NULL;
    w->next_up_run = 0;
    atomic_store_explicit(&g->state, GOROUTINE_RUNNABLE, memory_order_relaxed);
    atomic_store_explicit(&w->ring[tail % RING_SIZE], g, memory_order_relaxed);
    atomic_store_explicit(&w->tail, tail + 1, memory_order_release);
    return first;
}

/* ---- sched.c ---- */
/* Switches from `from` (the caller) to `to`; returns when from runs again, perhaps elsewhere. */
void scheduler_switch(struct worker *w, struct goroutine *from, struct goroutine *to);
/* Puts a runnable goroutine where a worker finds it that is not (necessarily) this thread. */
void ready_elsewhere(struct goroutine *g);
/* Ends the caller, for good. */
RGO_NORETURN void scheduler_leave(void);

/* The caller goes to the end of the queue, and others are looked for. */
void scheduler_preempt(void);

/* ---- preempt.c ---- */
/* The present signal mask of this thread, which is w's, is the usual one. Not in a signal handler. */
void preempt_mask_learn(struct worker *w);
extern bool preempt_used; /* there are preemption points */

/* ---- monitor.c ---- */
/* Starts it, once. False: it cannot be. */
bool monitor_start(void);
bool monitor_runs(void);
extern _Atomic uint32_t monitor_blocked;
void monitor_unblock(void);

/* ---- calm.c ---- */
#define CALM_COUNT 64u /* calls for others that are left out, until the time is looked at */
static inline bool worker_calm(const struct worker *w)
{
    return atomic_load_explicit(&w->calm, memory_order_relaxed);
}
/* w's count has run out: whether another begins. */
bool calm_goes_on(struct worker *w);
/* w computes: what was handed to it goes to whoever wants it. */
void calm_end(struct worker *w);
/* Around w's sleep. */
void calm_asleep(struct worker *w);
void calm_awake(struct worker *w);
/* It waited for a lock since then, by the processor's counter. */
void calm_spun(struct worker *w, uint64_t since);
/* It is crowded, and between two goroutines. */
void calm_gather(struct worker *w);

/* ---- worker.c ---- */
/* This thread is w's from now on. */
void worker_thread_adopt(struct worker *w);
/* The idle context's loop. */
RGO_NORETURN void worker_loop(void);
/* Another worker should look for work, if one is idle or not yet started. */
void worker_wake_one(void);
/* The same, when the owner of a ring has put something into it: without a fence, as the owner is awake
 * and gets there itself. */
static inline void worker_wake_other(struct worker *w)
{
    uint32_t calm = atomic_load_explicit(&w->calm, memory_order_relaxed);
    if (UNLIKELY(calm)) {
        atomic_store_explicit(&w->calm, calm - 1, memory_order_relaxed);
        if (calm > 1 || calm_goes_on(w))
            return;
    }
    if (UNLIKELY(!atomic_load_explicit(&scheduler.spinning, memory_order_relaxed) &&
                 (atomic_load_explicit(&scheduler.idle_count, memory_order_relaxed) ||
                  atomic_load_explicit(&scheduler.started, memory_order_relaxed) <
                      scheduler.procs)))
        worker_wake_one();
}
void worker_wake(struct worker *w);
/* A helper thread of the runtime came (+1) or went (-1). */
void scheduler_helper_add(int delta);
/* Starts one that never ends and takes none of the program's signals. False: it cannot be. */
bool scheduler_helper_start(void *(*run)(void *unused));

/* ---- stack.c ---- */
/* size 0: the default. Returns 0 or ENOMEM. */
int stack_take(struct worker *w, size_t size, struct stack *ret_stack);
void stack_give(struct worker *w, struct stack stack);
/* For tests: from now on as on a kernel without MADV_GUARD_INSTALL. */
void stack_guards_mapped(void);
/* While the caller still uses it, which is usual: into the worker's own list, or false. */
bool stack_give_own(struct worker *w, const struct stack *stack);
/* Gives a batch of stacks' memory back that nobody has needed for a while; true: it was one, there may
 * be more. */
bool stacks_trim(void);
/* When to look again, at the latest: for who would sleep until `deadline`. */
int64_t stacks_trim_deadline(int64_t deadline);

/* ---- goroutine.c ---- */
struct goroutine *goroutine_take_record(struct worker *w); /* NULL: no memory. w may be NULL. */
void goroutine_give_record(struct worker *w, struct goroutine *g);
/* One came (+1) or went (-1), counted where it happened. */
static inline void goroutine_count_add(struct worker *w, int delta)
{
    if (w) {
        _Atomic int64_t *at = delta > 0 ? &w->made : &w->ended;
        atomic_store_explicit(at, atomic_load_explicit(at, memory_order_relaxed) + 1,
                              memory_order_release);
    } else {
        atomic_fetch_add(delta > 0 ? &scheduler.made : &scheduler.ended, 1);
    }
}
uint64_t goroutine_new_id(struct worker *w);

/* ---- spawn.c ---- */
/* Gives a created goroutine its stack. Returns 0 or ENOMEM. */
int spawn_bind(struct worker *w, struct goroutine *g);
/* Begins it, a created goroutine, on its stack, which is the caller's own: a usual one, inherited from
 * a goroutine that has ended. */
RGO_NORETURN void spawn_begin(struct worker *w, struct goroutine *g);
/* What g->sp must be for it to begin with g->fn() on its stack. */
void *spawn_frame(struct goroutine *g);
/* rgo_go_closure on behalf of `pc`. */
int spawn_closure(const rgo_attr *attr, void (*fn)(void *), void *argument, const void *pc);

/* ---- guest.c ---- */
struct goroutine *guest_self(void);
struct goroutine *guest_known(void); /* NULL: this thread has none yet */
void guest_gone(struct goroutine *g); /* in the child of a fork: waking it does nothing from now on */
void *guest_park(struct lock *held, enum wait_reason reason, const void *object, const void *pc);
void guest_ready(struct goroutine *g, void *result);

/* ---- arch ---- */
/* Saves this stack's pointer in *save and goes on at `to`, where `result` is returned. Returns what
 * whoever switches back gives. */
void *coro_switch(_Atomic(void *) *save, void *to, void *result);
/* The same without a way back. */
RGO_NORETURN void coro_leave(void *to, void *result);
/* Begins a goroutine: fn with these arguments, `top` is where those on the stack are. */
RGO_NORETURN void coro_begin(void *top, const void *registers, void (*fn)(void));
void coro_boot(void);
void coro_boot_annotated(void);

#pragma GCC visibility pop

#endif
