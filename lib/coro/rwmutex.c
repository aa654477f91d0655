/*
 * rwmutex: any number of readers, or one writer.
 *
 * state: WRITER   it is held for writing.
 *        WAITING  a queue is not empty.
 *        the rest, in steps of READER: how many hold it for reading.
 * Nobody gets in past WAITING. It is set under the guard, only while the rwmutex is held, and stays
 * until a queue is served under the guard. As nobody gets in, exactly one operation takes the last
 * holder away from under it: that one serves the queues. So nobody waits for ever while the rwmutex
 * is free, and only one operation touches it after it was given away, while those whom it will wake
 * are still inside.
 *
 * Turns: a writer that leaves lets all readers in that queued, else the next writer; the last
 * reader that leaves lets the first writer in. A new reader queues behind a writer that waits (Go's
 * preference; bugs of recursive read locking hide where readers may pass).
 *
 * Happens-before (G21): two clocks, the detector's business. One is what Unlock releases, and RLock
 * and Lock acquire; the other what each RUnlock adds to and Lock acquires. So readers are not
 * ordered among themselves. The guard is held for the readers' hooks, of which there may be several
 * at once. The read of the first byte: G20.
 */
#include "controlled.h"
#include "finding.h"
#include "sync.h"

#define WRITER 1u
#define WAITING 2u
#define READER 4u
#define TAG_SHIFT 8 /* with WRITER there are no readers: their place is the tag's (finding.h) */

_Static_assert((WRITER | WAITING) == 3 && READER == 4, "the header's fast paths know it");

static bool state_change(rgo_rwmutex *rw, uint32_t *from, uint32_t to)
{
    return __atomic_compare_exchange_n(&rw->state, from, to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

static uint32_t state_load(const rgo_rwmutex *rw)
{
    return __atomic_load_n(&rw->state, __ATOMIC_RELAXED);
}

/* ---- what the detector is told ---- */

static NOINLINE void rlock_tell(rgo_rwmutex *rw, uint32_t how, const void *pc)
{
    void *task = sync_task();
    lock_take(sync_guard(&rw->guard));
    runtime_hooks->locked(task, rw, RGO_LOCK_RWMUTEX | RGO_LOCK_READ | how, pc);
    runtime_hooks->read(task, rw, 1, pc);
    lock_release(sync_guard(&rw->guard));
}

static NOINLINE void runlock_tell(rgo_rwmutex *rw, const void *pc)
{
    void *task = sync_task();
    lock_take(sync_guard(&rw->guard));
    runtime_hooks->read(task, rw, 1, pc);
    runtime_hooks->unlocked(task, rw, RGO_LOCK_RWMUTEX | RGO_LOCK_READ);
    lock_release(sync_guard(&rw->guard));
}

static NOINLINE void lock_tell(rgo_rwmutex *rw, uint32_t how, const void *pc)
{
    void *task = sync_task();
    lock_take(sync_guard(&rw->guard));
    runtime_hooks->locked(task, rw, RGO_LOCK_RWMUTEX | how, pc);
    runtime_hooks->read(task, rw, 1, pc);
    lock_release(sync_guard(&rw->guard));
}

static NOINLINE void unlock_tell(rgo_rwmutex *rw, const void *pc)
{
    void *task = sync_task();
    lock_take(sync_guard(&rw->guard));
    runtime_hooks->read(task, rw, 1, pc);
    runtime_hooks->unlocked(task, rw, RGO_LOCK_RWMUTEX);
    lock_release(sync_guard(&rw->guard));
}

/* Says so if it was copied while it was locked for writing. */
static NOINLINE void copy_check(rgo_rwmutex *rw, const void *pc)
{
    uint32_t state = state_load(rw), tag = state >> TAG_SHIFT;
    if ((state & WRITER) && tag && tag != copy_tag(rw) && copies_watched())
        finding_misuse("sync: an RWMutex that was copied while it was locked is used",
                       OBJECT(RWMUTEX, rw), pc);
}

/* ---- waiting ---- */

/* Under the guard. true: the caller has it, with `mine` added to the state, which needs that all of
 * `hindrance` is clear; false: WAITING is set. */
static bool enter_or_announce(rgo_rwmutex *rw, uint32_t hindrance, uint32_t mine)
{
    uint32_t state = state_load(rw);
    for (;;) {
        bool free = !(state & hindrance);
        if (state_change(rw, &state, free ? state + mine : state | WAITING))
            return free;
    }
}

static void wait_in(rgo_rwmutex *rw, struct rgo_wait_queue *queue, enum wait_reason reason,
                    const void *pc)
{
    struct waiter waiter = {.g = sync_self(), .pc = pc};
    sync_append(queue, &waiter);
    park(sync_guard(&rw->guard), reason, rw, pc); /* whoever wakes it has entered it in the state */
}

/* The holder that left was the last, and WAITING is set: nobody else gets in or serves. */
static void serve(rgo_rwmutex *rw, bool readers_first)
{
    lock_take(sync_guard(&rw->guard));
    struct rgo_wait_queue *readers = &rw->readers;
    struct rgo_wait_queue *writers = &rw->writers;
    struct waiter *woken;
    uint32_t state = 0;
    if (readers->first && (readers_first || !writers->first)) {
        woken = sync_take_all(readers);
        for (struct waiter *w = woken; w; w = w->next)
            state += READER;
    } else {
        woken = sync_take_first(writers);
        woken->next = NULL;
        state = WRITER;
    }
    if (readers->first || writers->first)
        state |= WAITING;
    __atomic_store_n(&rw->state, state, __ATOMIC_RELEASE);
    lock_release(sync_guard(&rw->guard));
    sync_ready_all(woken);
}

/* ---- readers ---- */

static bool reader_try(rgo_rwmutex *rw)
{
    uint32_t state = state_load(rw);
    while (!(state & (WRITER | WAITING)))
        if (state_change(rw, &state, state + READER))
            return true;
    return false;
}

static void reader_wait(rgo_rwmutex *rw, const void *pc)
{
    lock_take(sync_guard(&rw->guard));
    if (enter_or_announce(rw, WRITER | WAITING, READER))
        lock_release(sync_guard(&rw->guard));
    else
        wait_in(rw, &rw->readers, WAIT_RWMUTEX_RLOCK, pc);
}

NOINLINE void rwmutex_rlock_at(rgo_rwmutex *rw, const void *pc)
{
    if (UNLIKELY(!rw))
        panic_text(NIL_WORDS);
    POINT(LOCK, rw, pc);
    if (UNLIKELY(runtime_hooks != NULL))
        copy_check(rw, pc);
    if (!reader_try(rw))
        reader_wait(rw, pc);
    if (UNLIKELY(runtime_hooks != NULL))
        rlock_tell(rw, 0, pc);
}

void rgo_rwmutex_rlock(rgo_rwmutex *rw)
{
    if (UNLIKELY(runtime_hooks != NULL || !rw || !reader_try(rw)))
        rwmutex_rlock_at(rw, CALLER()); /* a jump: this function needs no frame */
}

bool rgo_rwmutex_tryrlock(rgo_rwmutex *rw)
{
    if (UNLIKELY(!rw))
        panic_text(NIL_WORDS);
    POINT(LOCK, rw, CALLER());
    if (!reader_try(rw))
        return false;
    if (UNLIKELY(runtime_hooks != NULL))
        rlock_tell(rw, RGO_LOCK_TRIED, CALLER());
    return true;
}

/* With the reader gone from the state, which was `before`; for the header's inline part. */
void rgo_rwmutex_runlocked(rgo_rwmutex *rw, uint32_t before)
{
    if (before < READER)
        fatal_object("sync: RUnlock of unlocked RWMutex", OBJECT(RWMUTEX, rw));
    if (before - READER == WAITING)
        serve(rw, false);
}

static NOINLINE void runlock_other(rgo_rwmutex *rw, const void *pc)
{
    if (!rw)
        panic_text(NIL_WORDS);
    POINT(UNLOCK, rw, pc);
    runlock_tell(rw, pc);
    if (state_load(rw) & WRITER)
        fatal_object("sync: RUnlock of unlocked RWMutex", OBJECT(RWMUTEX, rw));
    rgo_rwmutex_runlocked(rw, __atomic_fetch_sub(&rw->state, READER, __ATOMIC_ACQ_REL));
}

void rgo_rwmutex_runlock(rgo_rwmutex *rw)
{
    if (UNLIKELY(runtime_hooks != NULL || !rw)) {
        runlock_other(rw, CALLER());
        return;
    }
    uint32_t before = __atomic_fetch_sub(&rw->state, READER, __ATOMIC_ACQ_REL);
    if (UNLIKELY(before < READER || (before & WAITING)))
        rgo_rwmutex_runlocked(rw, before);
}

/* ---- writers ---- */

static bool writer_try(rgo_rwmutex *rw)
{
    if (UNLIKELY(!rw))
        panic_text(NIL_WORDS);
    uint32_t none = 0;
    return state_change(rw, &none, WRITER | (copies_watched() ? copy_tag(rw) << TAG_SHIFT : 0));
}

static NOINLINE void writer_wait(rgo_rwmutex *rw, const void *pc)
{
    lock_take(sync_guard(&rw->guard));
    if (enter_or_announce(rw, ~0u, WRITER))
        lock_release(sync_guard(&rw->guard));
    else
        wait_in(rw, &rw->writers, WAIT_RWMUTEX_LOCK, pc);
}

void rwmutex_lock_at(rgo_rwmutex *rw, const void *pc)
{
    POINT(LOCK, rw, pc);
    if (UNLIKELY(runtime_hooks && rw))
        copy_check(rw, pc);
    if (UNLIKELY(!writer_try(rw)))
        writer_wait(rw, pc);
    if (UNLIKELY(runtime_hooks != NULL))
        lock_tell(rw, 0, pc);
}

void rgo_rwmutex_lock(rgo_rwmutex *rw)
{
    rwmutex_lock_at(rw, CALLER());
}

bool rgo_rwmutex_trylock(rgo_rwmutex *rw)
{
    POINT(LOCK, rw, CALLER());
    if (!writer_try(rw))
        return false;
    if (UNLIKELY(runtime_hooks != NULL))
        lock_tell(rw, RGO_LOCK_TRIED, CALLER());
    return true;
}

void rgo_rwmutex_unlock(rgo_rwmutex *rw)
{
    if (UNLIKELY(!rw))
        panic_text(NIL_WORDS);
    POINT(UNLOCK, rw, CALLER());
    if (UNLIKELY(runtime_hooks != NULL)) {
        copy_check(rw, CALLER());
        unlock_tell(rw, CALLER());
    }
    uint32_t state = WRITER;
    while (UNLIKELY(!state_change(rw, &state, state & WAITING)))
        if (!(state & WRITER))
            fatal_object("sync: Unlock of unlocked RWMutex", OBJECT(RWMUTEX, rw));
    if (UNLIKELY(state & WAITING))
        serve(rw, true);
}
