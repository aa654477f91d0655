/*
 * waitgroup: a counter and who waits for its zero.
 *
 * state: the counter in the upper half (signed), the number of waiters in the lower. Add is one
 * fetch-and-add, anywhere. A Wait adds itself to the lower half and to the queue under the guard,
 * and only while the counter is not zero. So the Add that reaches zero and sees waiters is the only
 * one that goes on to the guard, finds all of them queued, and nothing else may change the state
 * until it has reset it: if something has, that is the misuse which panics. It touches the group no
 * more after the guard; an Add that sees no waiters not at all.
 *
 * Happens-before (G15, G16): each Add(negative) before the return of each Wait that it releases or
 * that finds zero later, by a clock at the group's address which they merge into. Among themselves
 * they are not ordered. The first Add (0 to n) must be ordered with each Wait (G17), from the Wait's
 * beginning on, so that it is no matter of luck whether an Add that may come too late is seen: both
 * are uses of `first_use`, on different sides. Hooks are under the guard.
 */
#include "controlled.h"
#include "finding.h"
#include "sync.h"

#define MISUSE "sync: WaitGroup misuse: Add called concurrently with Wait"

static int32_t counter_of(uint64_t state)
{
    return (int32_t)(uint32_t)(state >> 32);
}

static uint32_t waiters_of(uint64_t state)
{
    return (uint32_t)state;
}

static uint64_t state_add(rgo_waitgroup *wg, int delta)
{
    return __atomic_add_fetch(&wg->state, (uint64_t)(uint32_t)delta << 32, __ATOMIC_ACQ_REL);
}

static uint64_t state_load(const rgo_waitgroup *wg)
{
    return __atomic_load_n(&wg->state, __ATOMIC_ACQUIRE);
}

/* ---- add ---- */

/* The counter is zero and `state` has waiters. */
static void release_waiters(rgo_waitgroup *wg, uint64_t state)
{
    lock_take(sync_guard(&wg->guard));
    if (!__atomic_compare_exchange_n(&wg->state, &state, 0, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED)) {
        lock_release(sync_guard(&wg->guard));
        panic_text(MISUSE);
    }
    struct waiter *woken = sync_take_all(&wg->waiters);
    lock_release(sync_guard(&wg->guard));
    sync_ready_all(woken);
}

/* `state` is what an add of delta has made; for the header's inline part. */
void rgo_waitgroup_added(rgo_waitgroup *wg, int delta, uint64_t state)
{
    int32_t counter = counter_of(state);
    if (counter < 0)
        panic_text("sync: negative WaitGroup counter");
    if (waiters_of(state) && delta > 0 && counter == delta)
        panic_text(MISUSE);
    if (counter == 0 && waiters_of(state))
        release_waiters(wg, state);
}

/* G17 */
enum side { SIDE_FIRST_ADD, SIDE_WAIT };

static void use_tell(rgo_waitgroup *wg, void *task, enum side side, const void *pc)
{
    if (runtime_hooks->use)
        runtime_hooks->use(task, OBJECT(WAITGROUP, wg), &wg->first_use, side, pc);
}

/* It was copied while it counted; what first_use holds is the tag (finding.h). */
static bool is_copy(const rgo_waitgroup *wg)
{
    return copies_watched() && counter_of(state_load(wg)) > 0 && wg->first_use &&
           wg->first_use != copy_tag(wg);
}

static void copy_tell(rgo_waitgroup *wg, const void *pc)
{
    finding_misuse("sync: a WaitGroup that was copied while it counted is used",
                   OBJECT(WAITGROUP, wg), pc);
}

static NOINLINE void add_told(rgo_waitgroup *wg, int delta, const void *pc)
{
    if (!wg)
        panic_text(NIL_WORDS);
    POINT(ADD, wg, pc);
    void *task = sync_task();
    lock_take(sync_guard(&wg->guard));
    bool copy = is_copy(wg);
    if (delta < 0)
        runtime_hooks->release_merge(task, wg);
    uint64_t state = state_add(wg, delta);
    if (delta > 0 && counter_of(state) == delta) {
        use_tell(wg, task, SIDE_FIRST_ADD, pc);
        wg->first_use = copy_tag(wg);
    }
    lock_release(sync_guard(&wg->guard));
    if (UNLIKELY(copy))
        copy_tell(wg, pc);
    rgo_waitgroup_added(wg, delta, state);
}

static inline void add(rgo_waitgroup *wg, int delta, const void *pc)
{
    if (UNLIKELY(runtime_hooks != NULL || !wg)) {
        add_told(wg, delta, pc);
        return;
    }
    uint64_t state = state_add(wg, delta);
    if (UNLIKELY(counter_of(state) < 0 || waiters_of(state)))
        rgo_waitgroup_added(wg, delta, state);
}

void rgo_waitgroup_add(rgo_waitgroup *wg, int delta)
{
    add(wg, delta, CALLER());
}

void rgo_waitgroup_done(rgo_waitgroup *wg)
{
    add(wg, -1, CALLER());
}

/* ---- wait ---- */

/* Under the guard: false: the counter is zero. */
static bool announce(rgo_waitgroup *wg)
{
    uint64_t state = state_load(wg);
    do {
        if (counter_of(state) == 0)
            return false;
    } while (!__atomic_compare_exchange_n(&wg->state, &state, state + 1, false, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    return true;
}

static NOINLINE void wait_slow(rgo_waitgroup *wg, const void *pc)
{
    if (!wg)
        panic_text(NIL_WORDS);
    POINT(WAIT, wg, pc);
    struct waiter waiter = {.g = sync_self(), .pc = pc};
    if (UNLIKELY(runtime_hooks && is_copy(wg)))
        copy_tell(wg, pc);
    lock_take(sync_guard(&wg->guard));
    if (UNLIKELY(runtime_hooks != NULL))
        use_tell(wg, sync_task(), SIDE_WAIT, pc);
    if (announce(wg)) {
        sync_append(&wg->waiters, &waiter);
        park(sync_guard(&wg->guard), WAIT_WAITGROUP, wg, pc);
        if (state_load(wg))
            panic_text("sync: WaitGroup is reused before previous Wait has returned");
        if (LIKELY(runtime_hooks == NULL))
            return;
        lock_take(sync_guard(&wg->guard));
    }
    HOOK(acquire(sync_task(), wg));
    lock_release(sync_guard(&wg->guard));
}

void rgo_waitgroup_wait(rgo_waitgroup *wg)
{
    if (UNLIKELY(runtime_hooks != NULL || !wg) || counter_of(state_load(wg)) != 0)
        wait_slow(wg, CALLER());
}
