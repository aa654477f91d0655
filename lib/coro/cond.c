/*
 * cond: a queue of those who wait for a change of what a lock guards.
 *
 * A Wait queues itself before it unlocks, so no signal that comes after is lost, and parks after:
 * it is in the queue for a while when it still runs. A signal takes the longest waiting out of the
 * queue and marks it signalled; only one that is parked is made ready, the other sees the mark and
 * does not park. (Unlocking under the guard would save the second look but wakes others with a spin
 * lock held.)
 *
 * Happens-before (G22): a signal or broadcast before the return of each Wait that it wakes, and of
 * no other: by a clock at the waiter's record. The lock orders what it orders itself.
 */
#include "controlled.h"
#include "finding.h"
#include "sync.h"

enum cond_kind { COND_MUTEX, COND_RWMUTEX, COND_RLOCK };

struct cond_waiter {
    struct waiter base; /* ok: signalled */
    const rgo_cond *cond;
    bool parked;        /* guarded by the guard, as ok is */
};

static void cond_init(rgo_cond *c, void *locker, enum cond_kind kind)
{
    *c = (rgo_cond){.locker = locker, .kind = kind};
}

void rgo_cond_init_mutex(rgo_cond *c, rgo_mutex *m)
{
    cond_init(c, m, COND_MUTEX);
}

void rgo_cond_init_rwmutex(rgo_cond *c, rgo_rwmutex *rw)
{
    cond_init(c, rw, COND_RWMUTEX);
}

void rgo_cond_init_rlock(rgo_cond *c, rgo_rwmutex *rw)
{
    cond_init(c, rw, COND_RLOCK);
}

static void locker_unlock(const rgo_cond *c)
{
    if (c->kind == COND_MUTEX)
        rgo_mutex_unlock(c->locker);
    else if (c->kind == COND_RWMUTEX)
        rgo_rwmutex_unlock(c->locker);
    else
        rgo_rwmutex_runlock(c->locker);
}

static void locker_lock(const rgo_cond *c, const void *pc)
{
    if (c->kind == COND_MUTEX)
        mutex_lock_at(c->locker, pc);
    else if (c->kind == COND_RWMUTEX)
        rwmutex_lock_at(c->locker, pc);
    else
        rwmutex_rlock_at(c->locker, pc);
}

/* Says so if it was copied while somebody waited, who waits at the original. */
static NOINLINE void copy_check(rgo_cond *c, const void *pc)
{
    lock_take(sync_guard(&c->guard));
    const struct cond_waiter *first = (const struct cond_waiter *)c->waiters.first;
    bool copy = copies_watched() && first && first->cond != c;
    lock_release(sync_guard(&c->guard));
    if (copy)
        finding_misuse("sync.Cond is copied", OBJECT(COND, c), pc);
}

void rgo_cond_wait(rgo_cond *c)
{
    if (UNLIKELY(!c || !c->locker))
        panic_text(NIL_WORDS);
    const void *pc = CALLER();
    POINT(WAIT, c, pc);
    struct cond_waiter waiter = {.base = {.g = sync_self(), .pc = pc}, .cond = c};
    if (UNLIKELY(runtime_hooks != NULL))
        copy_check(c, pc);
    lock_take(sync_guard(&c->guard));
    sync_append(&c->waiters, &waiter.base);
    lock_release(sync_guard(&c->guard));
    locker_unlock(c);
    lock_take(sync_guard(&c->guard));
    if (waiter.base.ok) {
        lock_release(sync_guard(&c->guard));
    } else {
        waiter.parked = true;
        park(sync_guard(&c->guard), WAIT_COND, c, pc);
    }
    HOOK(acquire(sync_task(), &waiter));
    HOOK(die(&waiter, sizeof waiter));
    locker_lock(c, pc);
}

/* Under the guard; w has just left the queue. Returns it if it is to be made ready. */
static struct waiter *signalled(struct waiter *w)
{
    struct cond_waiter *waiter = (struct cond_waiter *)w;
    w->ok = true;
    HOOK(release(sync_task(), waiter));
    return waiter->parked ? w : NULL;
}

void rgo_cond_signal(rgo_cond *c)
{
    if (UNLIKELY(!c))
        panic_text(NIL_WORDS);
    if (UNLIKELY(runtime_hooks != NULL))
        copy_check(c, CALLER());
    POINT(SIGNAL, c, CALLER());
    lock_take(sync_guard(&c->guard));
    struct waiter *w = NULL;
    if (c->waiters.first)
        w = signalled(sync_take_first(&c->waiters));
    lock_release(sync_guard(&c->guard));
    if (w)
        ready_last(w->g, w);
}

void rgo_cond_broadcast(rgo_cond *c)
{
    if (UNLIKELY(!c))
        panic_text(NIL_WORDS);
    struct rgo_wait_queue woken = {0};
    POINT(SIGNAL, c, CALLER());
    if (UNLIKELY(runtime_hooks != NULL))
        copy_check(c, CALLER());
    lock_take(sync_guard(&c->guard));
    struct waiter *w = sync_take_all(&c->waiters);
    while (w) {
        struct waiter *next = w->next;
        if (signalled(w))
            sync_append(&woken, w);
        w = next;
    }
    lock_release(sync_guard(&c->guard));
    sync_ready_all(woken.first);
}
