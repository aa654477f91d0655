/*
 * semaphore: so much of something, taken and given back in portions; golang.org/x/sync/semaphore.
 *
 * held and the queue are guarded by the guard. While somebody waits, nobody else takes anything; a
 * release serves the queue from its front as far as what is there suffices. A request for more than
 * the size waits outside the queue.
 *
 * A wait with a time limit is ended by whoever comes first to the guard, a release or the timer:
 * `outcome` changes once. The timer is started before the waiter queues, as starting one is no
 * matter of a few instructions; it may so have fired before.
 *
 * Happens-before: each release before the return of each acquire that comes after it, by a clock at
 * the semaphore's address which releases merge into. Acquires are not ordered among themselves, nor
 * is what two holders do at the same time. Hooks are under the guard, for a waiter by who serves
 * it.
 */
#include "controlled.h"
#include "sync.h"
#include "timer.h"

enum outcome { OUTCOME_OPEN, OUTCOME_SERVED, OUTCOME_TIMED_OUT };

struct semaphore_waiter {
    struct waiter base;
    rgo_semaphore *semaphore;
    int64_t n;
    enum outcome outcome;
    bool parked; /* and, unless n is too large, in the queue while the outcome is open */
    struct timer timer;
};

static void semaphore_guard(rgo_semaphore *s)
{
    lock_take(sync_guard(&s->guard));
}

static void semaphore_unguard(rgo_semaphore *s)
{
    lock_release(sync_guard(&s->guard));
}

/* Under the guard. */
static bool semaphore_take(rgo_semaphore *s, int64_t n)
{
    if (s->waiters.first || s->size - s->held < n)
        return false;
    s->held += n;
    HOOK(acquire(sync_task(), s));
    return true;
}

/* Under the guard. The chain of those to be made ready after it. */
static struct waiter *semaphore_serve(rgo_semaphore *s)
{
    struct rgo_wait_queue served = {0};
    struct semaphore_waiter *w;
    while ((w = (struct semaphore_waiter *)s->waiters.first) && s->size - s->held >= w->n) {
        s->held += w->n;
        sync_remove(&s->waiters, &w->base);
        sync_append(&served, &w->base);
        w->outcome = OUTCOME_SERVED;
        HOOK(acquire(w->base.g->task, s));
    }
    return served.first;
}

/* Checks what every operation has to. */
static void semaphore_check(const rgo_semaphore *s, int64_t n)
{
    if (UNLIKELY(!s))
        panic_text(NIL_WORDS);
    if (UNLIKELY(n < 0))
        panic_text("semaphore: negative count");
}

/* Under the guard, which it releases. */
static void semaphore_park(struct semaphore_waiter *w)
{
    rgo_semaphore *s = w->semaphore;
    w->base.g = sync_self();
    w->parked = true;
    if (w->n <= s->size)
        sync_append(&s->waiters, &w->base);
    park(sync_guard(&s->guard), WAIT_SEMAPHORE, s, w->base.pc);
}

/* ---- public ---- */

void rgo_semaphore_init(rgo_semaphore *s, int64_t size)
{
    semaphore_check(s, size);
    *s = (rgo_semaphore){.size = size};
}

void rgo_semaphore_acquire(rgo_semaphore *s, int64_t n)
{
    semaphore_check(s, n);
    POINT(LOCK, s, CALLER());
    semaphore_guard(s);
    if (LIKELY(semaphore_take(s, n))) {
        semaphore_unguard(s);
        return;
    }
    struct semaphore_waiter w = {.base.pc = CALLER(), .semaphore = s, .n = n};
    semaphore_park(&w);
}

bool rgo_semaphore_try_acquire(rgo_semaphore *s, int64_t n)
{
    semaphore_check(s, n);
    POINT(LOCK, s, CALLER());
    semaphore_guard(s);
    bool taken = semaphore_take(s, n);
    semaphore_unguard(s);
    return taken;
}

static void timed_out(struct timer *timer, int64_t now)
{
    (void)now;
    struct semaphore_waiter *w = timer->context;
    rgo_semaphore *s = w->semaphore;
    struct waiter *served = NULL;
    semaphore_guard(s);
    bool wake = w->outcome == OUTCOME_OPEN && w->parked;
    if (w->outcome == OUTCOME_OPEN)
        w->outcome = OUTCOME_TIMED_OUT;
    if (wake && w->n <= s->size) {
        sync_remove(&s->waiters, &w->base);
        served = semaphore_serve(s); /* those whom it kept back */
    }
    struct goroutine *g = w->base.g;
    semaphore_unguard(s);
    sync_ready_all(served);
    if (wake)
        ready_last(g, NULL);
}

/* With the timer started. */
static bool acquire_until(struct semaphore_waiter *w)
{
    semaphore_guard(w->semaphore);
    bool taken = w->outcome == OUTCOME_OPEN && semaphore_take(w->semaphore, w->n);
    if (taken)
        w->outcome = OUTCOME_SERVED;
    if (w->outcome != OUTCOME_OPEN)
        semaphore_unguard(w->semaphore);
    else
        semaphore_park(w);
    /* Also when it has fired: fire() may just be leaving the guard. */
    timer_stop(&w->timer);
    return w->outcome == OUTCOME_SERVED;
}

bool rgo_semaphore_acquire_for(rgo_semaphore *s, int64_t n, int64_t timeout_ns)
{
    if (rgo_semaphore_try_acquire(s, n))
        return true;
    if (timeout_ns <= 0)
        return false;
    struct semaphore_waiter w = {.base.pc = CALLER(), .semaphore = s, .n = n};
    runtime_start();
    timer_start(&w.timer, timer_when(timeout_ns), timed_out, &w);
    return acquire_until(&w);
}

void rgo_semaphore_release(rgo_semaphore *s, int64_t n)
{
    semaphore_check(s, n);
    POINT(UNLOCK, s, CALLER());
    semaphore_guard(s);
    if (UNLIKELY(s->held < n)) {
        semaphore_unguard(s);
        panic_text("semaphore: released more than held");
    }
    HOOK(release_merge(sync_task(), s));
    s->held -= n;
    struct waiter *served = s->waiters.first ? semaphore_serve(s) : NULL;
    semaphore_unguard(s);
    sync_ready_all(served);
}
