/*
 * sync: what the primitives of sync.c's family share. Their public structs are plain, so that C++
 * and old C can hold them; here their words become atomics, and locks.
 *
 * The word `guard` of each is a struct lock for its queue and for all hooks that two callers could
 * make at once. When there is a detector, operations that otherwise need one compare-and-exchange
 * take the guard too, where the primitive itself does not already keep the others out.
 */
#ifndef RACERUN_CORO_SYNC_H
#define RACERUN_CORO_SYNC_H

#define RGO_NO_SHORT_NAMES
#define RGO_NO_INLINE
#include "racerun/go/sync.h"
#include "runtime.h"
#include "worker.h"

/* Reached without the global offset table: these operations are a few nanoseconds. */
extern const struct rgo_hooks *runtime_hooks __attribute__((visibility("hidden")));

#define NIL_WORDS "runtime error: invalid memory address or nil pointer dereference"
#define CALLER() __builtin_return_address(0)

static inline struct lock *sync_guard(uint32_t *guard)
{
    return (struct lock *)guard;
}
_Static_assert(sizeof(struct lock) == sizeof(uint32_t), "a guard is a lock");

/* The caller; also where the program's constructors come before the runtime's own. */
static inline struct goroutine *sync_self(void)
{
    runtime_start();
    return goroutine_self();
}

static inline void *sync_task(void)
{
    return sync_self()->task;
}

/* ---- queues: the links are struct waiter's ---- */

static inline void sync_append(struct rgo_wait_queue *queue, struct waiter *w)
{
    struct waiter *last = queue->last;
    w->next = NULL;
    w->prev = last;
    w->queued = true;
    if (last)
        last->next = w;
    else
        queue->first = w;
    queue->last = w;
}

static inline void sync_push_front(struct rgo_wait_queue *queue, struct waiter *w)
{
    struct waiter *first = queue->first;
    w->prev = NULL;
    w->next = first;
    w->queued = true;
    if (first)
        first->prev = w;
    else
        queue->last = w;
    queue->first = w;
}

static inline void sync_remove(struct rgo_wait_queue *queue, struct waiter *w)
{
    if (w->prev)
        w->prev->next = w->next;
    else
        queue->first = w->next;
    if (w->next)
        w->next->prev = w->prev;
    else
        queue->last = w->prev;
    w->queued = false;
}

/* There is one. */
static inline struct waiter *sync_take_first(struct rgo_wait_queue *queue)
{
    struct waiter *w = queue->first;
    sync_remove(queue, w);
    return w;
}

/* Takes all out of the queue: a chain by `next`. */
static inline struct waiter *sync_take_all(struct rgo_wait_queue *queue)
{
    struct waiter *first = queue->first;
    queue->first = queue->last = NULL;
    return first;
}

/* Nobody's lock is held: a waiter's record, and what it waited for, may be gone right after. */
static inline void sync_ready_all(struct waiter *w)
{
    while (w) {
        struct waiter *next = w->next;
        ready_last(w->g, w);
        w = next;
    }
}

/* ---- mutex.c: the same without what the detector is told ---- */
void mutex_take(rgo_mutex *m, enum wait_reason reason, const void *object, const void *pc);
void mutex_give(rgo_mutex *m);

/* ---- for cond.c: with the hooks; pc is the wait's ---- */
void mutex_lock_at(rgo_mutex *m, const void *pc);
void rwmutex_lock_at(rgo_rwmutex *rw, const void *pc);
void rwmutex_rlock_at(rgo_rwmutex *rw, const void *pc);

#endif
