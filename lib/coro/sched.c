/*
 * The scheduler's fast paths: a goroutine that waits picks the next one and switches to it directly;
 * only when this worker has nothing does it switch to the worker's own context (worker.c), which looks
 * elsewhere and sleeps.
 *
 * Fast means: nobody watches (no detector, no sanitizer, no policy), no C++ exception is being
 * handled, and who is next has run before.
 * Such a path calls nothing, so it needs no frame, and ends with a jump to coro_switch, which returns
 * to its caller: half of a switch was saving registers twice. All else is in functions of their own.
 */
#include <sched.h>

#include "annotate.h"
#include "blocking.h"
#include "policy.h"
#include "worker.h"

struct scheduler scheduler;
__thread struct worker *runtime_worker __attribute__((tls_model("initial-exec")));

/* ---- switching ---- */

/* Its stack pointer, once whoever ran it last has left its stack. */
static void *pointer_take(struct goroutine *g)
{
    void *sp = atomic_load_explicit(&g->sp, memory_order_acquire);
    for (unsigned rounds = 0; UNLIKELY(!sp); rounds++) {
        if (rounds < 100)
            __asm__ volatile("pause");
        else
            sched_yield(); /* the other worker was preempted within a switch */
        sp = atomic_load_explicit(&g->sp, memory_order_acquire);
    }
    atomic_store_explicit(&g->sp, NULL, memory_order_relaxed);
    return sp;
}

/* Its first run gives it a stack. */
static void first_run(struct worker *w, struct goroutine *g)
{
    annotate_woken(g); /* for this one, who reads what go() wrote */
    if (spawn_bind(w, g))
        fatal_text("runtime: cannot allocate memory for a goroutine's stack");
}

/* Whether what g has set as signal mask is what its thread has from now on: see preempt.c. */
static inline bool leaves_mask(const struct goroutine *g)
{
    return UNLIKELY(__atomic_load_n(&preempt_used, __ATOMIC_RELAXED)) && g->id == 1;
}

/* Returns what ready() gave to `from`. */
static NOINLINE NO_FAKE_STACK void *switch_with_care(struct worker *w, struct goroutine *from,
                                                     struct goroutine *to)
{
    from->error = *w->errno_at;
    if (leaves_mask(from))
        preempt_mask_learn(w);
    uint8_t state = atomic_load_explicit(&to->state, memory_order_relaxed);
    if (UNLIKELY(state == GOROUTINE_CREATED))
        first_run(w, to);
    void *sp = pointer_take(to);
    atomic_store_explicit(&to->state, GOROUTINE_RUNNING, memory_order_relaxed);
    *w->errno_at = to->error;
    w->current = to;
    if (UNLIKELY(scheduler_policy != NULL))
        policy_switched(from, to);
    HOOK(task_run(to->task));
    struct exceptions held = {0};
    if (exceptions_held(w->exceptions))
        held = exceptions_take(w->exceptions);
    void *fake = NULL;
    annotate_switch(&fake, to, w->dying == from);
    void *result = coro_switch(&from->sp, sp, to->result);
    annotate_switched(fake, from);
    exceptions_put(held);
    return result;
}

static inline bool watched(const struct worker *w)
{
    return runtime_hooks || scheduler_policy || annotate_active || exceptions_held(w->exceptions);
}

/* The same, for the end of a function. While nobody watches; see the top. */
static inline __attribute__((always_inline)) void *switch_to(struct worker *w, struct goroutine *from,
                                                             struct goroutine *to)
{
    void *sp = atomic_load_explicit(&to->sp, memory_order_acquire);
    if (UNLIKELY(!sp))
        return switch_with_care(w, from, to);
    int *errno_at = w->errno_at;
    from->error = *errno_at;
    atomic_store_explicit(&to->sp, NULL, memory_order_relaxed);
    atomic_store_explicit(&to->state, GOROUTINE_RUNNING, memory_order_relaxed);
    *errno_at = to->error;
    w->current = to;
    return coro_switch(&from->sp, sp, to->result);
}

void scheduler_switch(struct worker *w, struct goroutine *from, struct goroutine *to)
{
    switch_with_care(w, from, to);
}

/* What this worker has that it may run now; NULL: let the idle context look. */
static struct goroutine *next_here(struct worker *w)
{
    if (UNLIKELY(++w->tick % CHECK_INTERVAL == 0))
        return NULL;
    if (UNLIKELY(scheduler_policy != NULL)) /* with several, two could wait for each other's switch */
        return scheduler.procs == 1 ? policy_take(w) : NULL;
    struct goroutine *g = queue_take(w);
    if (UNLIKELY(g && g->pinned && g->pinned != w)) {
        ready_elsewhere(g);
        return NULL;
    }
    return g;
}

static NOINLINE void *switch_away(struct worker *w, struct goroutine *g)
{
    struct goroutine *to = next_here(w);
    if (UNLIKELY(to == g)) { /* somebody was as fast as that */
        atomic_store_explicit(&g->state, GOROUTINE_RUNNING, memory_order_relaxed);
        HOOK(task_run(g->task));
        return g->result;
    }
    return switch_with_care(w, g, to ? to : &w->idle);
}

/* ---- park, ready, yield ---- */

void ready_elsewhere(struct goroutine *g)
{
    if (g->pinned) {
        struct worker *w = g->pinned;
        queue_inbox_push(w, g);
        if (w != worker_self())
            worker_wake(w);
    } else {
        queue_global_push(g, g, 1);
        worker_wake_one();
    }
}

/* `to` was taken for g to be switched to, but that is itself, or another worker's. */
static NOINLINE void *switch_past(struct worker *w, struct goroutine *g, struct goroutine *to)
{
    if (to == g) { /* somebody was as fast as that */
        atomic_store_explicit(&g->state, GOROUTINE_RUNNING, memory_order_relaxed);
        return g->result;
    }
    ready_elsewhere(to);
    return switch_with_care(w, g, &w->idle);
}

static NOINLINE void *park_watched(struct worker *w, struct goroutine *g, struct lock *held)
{
    HOOK(task_run(NULL)); /* whoever finds it waiting may act for it */
    if (held)
        lock_release(held);
    return switch_away(w, g);
}

void *park(struct lock *held, enum wait_reason reason, const void *object, const void *pc)
{
    struct worker *w = worker_self();
    if (UNLIKELY(!w))
        return guest_park(held, reason, object, pc);
    struct goroutine *g = w->current;
    g->reason = (uint8_t)reason;
    g->wait_object = object;
    g->wait_pc = pc;
    atomic_store_explicit(&g->state, GOROUTINE_WAITING, memory_order_relaxed);
    if (UNLIKELY(watched(w) || leaves_mask(g)))
        return park_watched(w, g, held);
    if (held)
        lock_release(held);
    if (UNLIKELY((w->tick + 1) % CHECK_INTERVAL == 0))
        return switch_away(w, g);
    w->tick++;
    struct goroutine *to = queue_take(w);
    if (UNLIKELY(!to))
        return switch_to(w, g, &w->idle);
    if (UNLIKELY(to == g || (to->pinned && to->pinned != w)))
        return switch_past(w, g, to);
    return switch_to(w, g, to);
}

/* Other workers are told when there is more to do than the goroutine that runs next anyway. */
static inline __attribute__((always_inline)) void ready_at(struct goroutine *g, void *result,
                                                           bool next)
{
    annotate_ready(g);
    if (UNLIKELY(g->guest != NULL)) {
        guest_ready(g, result);
        return;
    }
    struct worker *w = worker_self();
    g->result = result;
    atomic_store_explicit(&g->state, GOROUTINE_RUNNABLE, memory_order_relaxed);
    if (UNLIKELY(scheduler_policy != NULL)) {
        policy_put(g);
        return;
    }
    if (UNLIKELY(!w || (g->pinned && g->pinned != w))) {
        ready_elsewhere(g);
        return;
    }
    if (next)
        queue_push_next(w, g);
    else
        queue_push(w, g);
    if (scheduler.procs > 1 && !queue_ring_empty(w))
        worker_wake_other(w);
}

void ready(struct goroutine *g, void *result)
{
    ready_at(g, result, true);
}

void ready_last(struct goroutine *g, void *result)
{
    ready_at(g, result, false);
}

static NOINLINE void yield_with_care(struct worker *w)
{
    struct goroutine *g = w->current;
    if (LIKELY(scheduler_policy == NULL) && queue_empty(w)) {
        if ((w->tick + 1) % CHECK_INTERVAL) {
            w->tick++;
            return;
        } /* else its count makes switch_away go and look for others */
    }
    atomic_store_explicit(&g->state, GOROUTINE_RUNNABLE, memory_order_relaxed);
    if (UNLIKELY(scheduler_policy != NULL))
        policy_put_back(g);
    else
        queue_push(w, g);
    switch_away(w, g);
}

/* `to` was taken from this worker's queue, into which g went. */
static inline __attribute__((always_inline)) void yield_to(struct worker *w, struct goroutine *g,
                                                           struct goroutine *to)
{
    w->tick++;
    if (UNLIKELY(to->pinned && to->pinned != w))
        switch_past(w, g, to);
    else
        switch_to(w, g, to);
}

/* Not to the ring's first: see queue_turn. */
static NOINLINE void yield_otherwise(struct worker *w, struct goroutine *g)
{
    struct goroutine *to = queue_take(w);
    if (!to) {
        w->tick++;
        return;
    }
    atomic_store_explicit(&g->state, GOROUTINE_RUNNABLE, memory_order_relaxed);
    queue_push(w, g);
    yield_to(w, g, to);
}

void rgo_yield(void)
{
    struct worker *w = worker_self();
    if (UNLIKELY(!w)) {
        sched_yield();
        return;
    }
    struct goroutine *g = w->current;
    if (UNLIKELY(watched(w) || leaves_mask(g) || (w->tick + 1) % CHECK_INTERVAL == 0)) {
        yield_with_care(w);
        return;
    }
    struct goroutine *to = queue_turn(w, g);
    if (LIKELY(to != NULL))
        yield_to(w, g, to);
    else
        yield_otherwise(w, g);
}

void scheduler_preempt(void)
{
    struct worker *w = worker_self();
    struct goroutine *g = w->current;
    atomic_store_explicit(&g->state, GOROUTINE_RUNNABLE, memory_order_relaxed);
    w->tick += CHECK_INTERVAL - w->tick % CHECK_INTERVAL; /* the idle context looks everywhere */
    if (UNLIKELY(scheduler_policy != NULL))
        policy_put_preempted(g);
    else
        queue_push(w, g);
    scheduler_switch(w, g, &w->idle);
}

/* ---- the end of a goroutine ---- */

/* g, the caller, has ended and is given back while its stack is still in use: either that is the next
 * one's at once, or it is in this worker's list, from which nobody else takes. Returns if `to` must
 * wait for the idle context. */
static inline void leave_for(struct worker *w, struct goroutine *g, struct goroutine *to)
{
    void *sp = atomic_load_explicit(&to->sp, memory_order_acquire);
    bool inherits = !sp && to->launch;
    if (!g->stack.usual || !(inherits || (sp && stack_give_own(w, &g->stack))))
        return;
    if (inherits)
        to->stack = g->stack;
    w->tick++;
    w->current = to;
    goroutine_give_record(w, g);
    goroutine_count_add(w, -1);
    *w->errno_at = to->error;
    atomic_store_explicit(&to->state, GOROUTINE_RUNNING, memory_order_relaxed);
    if (inherits)
        spawn_begin(w, to);
    atomic_store_explicit(&to->sp, NULL, memory_order_relaxed);
    coro_leave(sp, to->result);
}

void scheduler_leave(void)
{
    struct worker *w = worker_self();
    struct goroutine *g = w->current;
    if (LIKELY(!watched(w) && g->id != 1 && (w->tick + 1) % CHECK_INTERVAL)) {
        struct goroutine *to = queue_take(w);
        if (to && UNLIKELY(to->pinned && to->pinned != w)) {
            ready_elsewhere(to);
        } else if (to) {
            leave_for(w, g, to);
            queue_push_next(w, to);
        }
    }
    w->dying = g;
    switch_with_care(w, g, &w->idle);
    __builtin_unreachable();
}

/* ---- pinning ---- */

void rgo_pin(void)
{
    struct worker *w = worker_self();
    if (!w) {
        blocking_region_check();
        return; /* a guest never leaves its thread */
    }
    struct goroutine *g = w->current;
    if (g->pins == UINT8_MAX)
        panic_text("go_pin: nested too deeply");
    g->pins++;
    g->pinned = w;
}

void rgo_unpin(void)
{
    struct worker *w = worker_self();
    if (!w) {
        blocking_region_check();
        return;
    }
    struct goroutine *g = w->current;
    if (g->pins == (g->id == 1)) /* main's own stays */
        panic_text("go_unpin of a goroutine that is not pinned");
    if (--g->pins == 0)
        g->pinned = NULL;
}

unsigned rgo_procs(void)
{
    runtime_start();
    return scheduler.procs;
}

size_t rgo_count(void)
{
    runtime_start();
    /* Not read at one moment, but never too few: whoever is known to have ended was made before. */
    int64_t count = -atomic_load(&scheduler.ended);
    unsigned running = atomic_load(&scheduler.started);
    for (unsigned i = 0; i < running; i++)
        count -= atomic_load(&scheduler.workers[i]->ended);
    count += atomic_load(&scheduler.made);
    running = atomic_load(&scheduler.started);
    for (unsigned i = 0; i < running; i++)
        count += atomic_load(&scheduler.workers[i]->made);
    return count < 1 ? 1 : (size_t)count;
}
