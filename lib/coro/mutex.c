/*
 * mutex: mutual exclusion that belongs to nobody.
 *
 * state: LOCKED   somebody has it.
 *        WAITERS  the queue is not empty.
 *        WOKEN    a waiter was woken and has not tried yet.
 *        HANDOFF  the first in the queue was woken and overtaken: the next unlock gives it the
 * mutex. The mutex can be taken when it is free: not LOCKED, and WOKEN or no WAITERS. Anybody may
 * set LOCKED then, and its owner clears it, by one atomic instruction; the other bits change under
 * the guard. HANDOFF implies WAITERS and excludes WOKEN.
 *
 * WAITERS is set only while the mutex is not free, so the unlock that clears LOCKED sees it. If
 * there are WAITERS and none is WOKEN, the mutex is *in transition* now: it belongs to that unlock,
 * which takes the first waiter off the queue and either wakes it (WOKEN: free) or gives it the
 * mutex (LOCKED). Everybody else queues. So an unlock touches the mutex after it gave it away only
 * where waiters are inside that nobody but itself can wake: who gets the mutex last may free it, as
 * with POSIX's. It is also why nobody but this unlock changes the state in transition.
 *
 * Between an unlock that wakes a waiter and that one's running, anybody who comes by (the unlocker
 * itself, most often) may take the mutex, or each operation of a busy mutex would cost a switch.
 * Who was overtaken goes to the front of the queue and gets it next. Go decides that by the clock,
 * after 1 ms; a schedule must not depend on the clock here, and with a count everybody gets at
 * least every second turn.
 *
 * Waiting spins a little where the owner can run meanwhile and nobody else wants this worker.
 *
 * Happens-before (G19): unlock n before lock n+1, by a clock at the mutex's address. The hooks of
 * lock and unlock are called by who holds it, so they need no guard. Both read the mutex's first
 * byte, for a program that overwrites a mutex in use (G20).
 *
 * TAG: under a detector, of whoever found the mutex free and locked it (see finding.h). It counts
 * only together with LOCKED, and is 0 or the mutex's own unless the mutex is a copy.
 */
#include "controlled.h"
#include "finding.h"
#include "sync.h"

#define LOCKED 1u
#define WAITERS 2u
#define WOKEN 4u
#define HANDOFF 8u
#define TAG_SHIFT 8
#define TAG (~0u << TAG_SHIFT)

#define SPIN_ROUNDS 4u
#define SPIN_PAUSES 16u

_Static_assert(LOCKED == 1, "the header's fast paths know it");

uint32_t rgo_observed;

static bool state_change(rgo_mutex *m, uint32_t *from, uint32_t to)
{
    return __atomic_compare_exchange_n(&m->state, from, to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

/* ---- locking ---- */

static bool spin_is_worthwhile(void)
{
    if (scheduler.procs < 2)
        return false;
    struct worker *w = worker_self();
    return w && queue_empty(w);
}

static bool state_free(uint32_t state)
{
    return !(state & LOCKED) && (state & (WAITERS | WOKEN)) != WAITERS;
}

static bool mutex_try(rgo_mutex *m)
{
    uint32_t state = __atomic_load_n(&m->state, __ATOMIC_RELAXED);
    uint32_t locked = LOCKED | (copies_watched() ? copy_tag(m) << TAG_SHIFT : 0);
    while (state_free(state))
        if (state_change(m, &state, (state & ~TAG) | locked))
            return true;
    return false;
}

/* Says so if m, whose state this is, was copied while it was locked. */
static void copy_check(rgo_mutex *m, uint32_t state, const void *pc)
{
    uint32_t tag = state >> TAG_SHIFT;
    if ((state & LOCKED) && tag && tag != copy_tag(m) && copies_watched())
        finding_misuse("sync: a Mutex that was copied while it was locked is used",
                       OBJECT(MUTEX, m), pc);
}

static bool mutex_spin(rgo_mutex *m)
{
    for (unsigned round = 0; round < SPIN_ROUNDS; round++) {
        for (unsigned i = 0; i < SPIN_PAUSES; i++)
            __asm__ volatile("pause");
        if (__atomic_load_n(&m->state, __ATOMIC_RELAXED) & HANDOFF)
            return false;
        if (mutex_try(m))
            return true;
    }
    return false;
}

/* Under the guard. true: the caller has it; false: the bits for a waiter are set. `woken`: the
 * caller is the one that WOKEN stands for. */
static bool mutex_try_or_announce(rgo_mutex *m, bool woken)
{
    uint32_t state = __atomic_load_n(&m->state, __ATOMIC_RELAXED);
    for (;;) {
        uint32_t kept = woken ? state & ~WOKEN : state;
        bool free = state_free(state);
        uint32_t wanted = free ? (kept & ~TAG) | LOCKED : kept | WAITERS | (woken ? HANDOFF : 0);
        if (state_change(m, &state, wanted))
            return free;
    }
}

static NOINLINE void mutex_take_slow(rgo_mutex *m, enum wait_reason reason, const void *object,
                                     const void *pc)
{
    if (UNLIKELY(!m))
        panic_text(NIL_WORDS);
    if (mutex_try(m) || (spin_is_worthwhile() && mutex_spin(m)))
        return;
    struct waiter waiter = {.g = sync_self(), .pc = pc};
    for (bool woken = false;; woken = true) {
        TOUCH(m); /* others may take it before who was woken does */
        lock_take(sync_guard(&m->guard));
        if (mutex_try_or_announce(m, woken)) {
            lock_release(sync_guard(&m->guard));
            return;
        }
        if (woken)
            sync_push_front(&m->waiters, &waiter);
        else
            sync_append(&m->waiters, &waiter);
        if (park(sync_guard(&m->guard), reason, object, pc))
            return; /* it was handed over */
    }
}

void mutex_take(rgo_mutex *m, enum wait_reason reason, const void *object, const void *pc)
{
    uint32_t none = 0;
    if (UNLIKELY(!state_change(m, &none, LOCKED)))
        mutex_take_slow(m, reason, object, pc);
}

static NOINLINE void lock_tell(rgo_mutex *m, uint32_t how, const void *pc)
{
    void *task = sync_task();
    runtime_hooks->locked(task, m, how, pc);
    runtime_hooks->read(task, m, 1, pc);
}

NOINLINE void mutex_lock_at(rgo_mutex *m, const void *pc)
{
    POINT(LOCK, m, pc);
    if (UNLIKELY(runtime_hooks && m))
        copy_check(m, __atomic_load_n(&m->state, __ATOMIC_RELAXED), pc);
    mutex_take_slow(m, WAIT_MUTEX, m, pc);
    if (UNLIKELY(runtime_hooks != NULL))
        lock_tell(m, RGO_LOCK_MUTEX, pc);
}

void rgo_mutex_lock(rgo_mutex *m)
{
    uint32_t none = 0;
    if (UNLIKELY(runtime_hooks != NULL || !m || !state_change(m, &none, LOCKED)))
        mutex_lock_at(m, CALLER()); /* a jump: this function needs no frame */
}

bool rgo_mutex_trylock(rgo_mutex *m)
{
    if (UNLIKELY(!m))
        panic_text(NIL_WORDS);
    POINT(LOCK, m, CALLER());
    if (!mutex_try(m))
        return false;
    if (UNLIKELY(runtime_hooks != NULL))
        lock_tell(m, RGO_LOCK_TRIED, CALLER());
    return true;
}

/* ---- unlocking ---- */

/* The state was `before`, now without LOCKED; for the header's inline part. */
void rgo_mutex_unlocked(rgo_mutex *m, uint32_t before)
{
    if (!(before & LOCKED))
        fatal_object("sync: unlock of unlocked mutex", OBJECT(MUTEX, m));
    if ((before & (WAITERS | WOKEN)) != WAITERS)
        return;
    lock_take(sync_guard(&m->guard));
    bool handoff = __atomic_load_n(&m->state, __ATOMIC_RELAXED) & HANDOFF;
    struct waiter *w = sync_take_first(&m->waiters);
    uint32_t left = m->waiters.first ? WAITERS : 0;
    __atomic_store_n(&m->state, (handoff ? LOCKED : WOKEN) | left, __ATOMIC_RELEASE);
    lock_release(sync_guard(&m->guard));
    ready_last(w->g, handoff ? w : NULL); /* not ready(): an idle worker is to see it */
}

void mutex_give(rgo_mutex *m)
{
    uint32_t before = __atomic_fetch_sub(&m->state, LOCKED, __ATOMIC_ACQ_REL);
    if (UNLIKELY(before != LOCKED))
        rgo_mutex_unlocked(m, before);
}

static NOINLINE void unlock_told(rgo_mutex *m, const void *pc)
{
    if (!m)
        panic_text(NIL_WORDS);
    POINT(UNLOCK, m, pc);
    void *task = sync_task();
    runtime_hooks->read(task, m, 1, pc);
    runtime_hooks->unlocked(task, m, RGO_LOCK_MUTEX);
    uint32_t state = LOCKED | copy_tag(m) << TAG_SHIFT;
    if (state_change(m, &state, 0))
        return;
    copy_check(m, state, pc);
    __atomic_fetch_and(&m->state, ~TAG, __ATOMIC_RELAXED);
    mutex_give(m);
}

void rgo_mutex_unlock(rgo_mutex *m)
{
    if (UNLIKELY(runtime_hooks != NULL || !m))
        unlock_told(m, CALLER());
    else
        mutex_give(m);
}

/* ---- the scope of rgo_with_mutex: a deferred unlock, which panics and exits find ---- */

bool rgo_mutex_scope_once(struct rgo_mutex_scope *scope, rgo_mutex *m)
{
    if (scope->entered)
        return false;
    rgo_mutex_lock(m);
    scope->entered = true;
    scope->call.head.fn = (void (*)(void))rgo_mutex_unlock;
    scope->call.head.kind = RGO_DEFER_CALL;
    scope->call.general[0] = (uint64_t)(uintptr_t)m;
    rgo_defer_enter(&scope->call);
    return true;
}

void rgo_mutex_scope_end(struct rgo_mutex_scope *scope)
{
    if (scope->entered) /* else locking panicked */
        rgo_defer_leave(&scope->call);
}
