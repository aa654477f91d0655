/*
 * pool: free things of one kind, made once and never given back to the system. Each worker has some
 * of its own. One that only makes things and one that only ends them exchange them by whole
 * batches, so their number does not grow.
 *
 * A free thing's first word links it to the next; its second, in the first of a batch in common
 * hands, links the batches. Whoever takes a thing finds these two words in any state, the others as
 * they were.
 */
#ifndef RACERUN_CORO_POOL_H
#define RACERUN_CORO_POOL_H

#include "runtime.h"

#define POOL_BATCH 64u

struct pool {
    struct lock lock;
    void *batches; /* each of any length */
};

struct pool_own { /* a worker's */
    void *first;
    void *spare;    /* NULL or a whole batch */
    unsigned count; /* from `first` on */
};

/* Slow paths: a batch comes into own, if there is one; own's spare goes to the pool. */
bool pool_refill(struct pool *pool, struct pool_own *own);
void pool_spill(struct pool *pool, struct pool_own *own);
/* For threads that are no workers. */
void *pool_take_common(struct pool *pool);
void pool_give_common(struct pool *pool, void *thing);
/* `count` new things of `size` bytes each join the pool. */
void pool_stock(struct pool *pool, void *things, size_t size, size_t count);

/* Of those at hand; NULL: none. */
static inline void *pool_take_own(struct pool_own *own)
{
    void *thing = own->first;
    if (UNLIKELY(!thing))
        return NULL;
    own->first = *(void **)thing;
    own->count--;
    return thing;
}

/* own: NULL for a thread that is no worker. NULL: there is none, stock it. */
static inline void *pool_take(struct pool *pool, struct pool_own *own)
{
    if (UNLIKELY(!own))
        return pool_take_common(pool);
    if (UNLIKELY(!own->first) && !pool_refill(pool, own))
        return NULL;
    return pool_take_own(own);
}

static inline void pool_give(struct pool *pool, struct pool_own *own, void *thing)
{
    if (UNLIKELY(!own)) {
        pool_give_common(pool, thing);
        return;
    }
    if (UNLIKELY(own->count == POOL_BATCH))
        pool_spill(pool, own);
    *(void **)thing = own->first;
    own->first = thing;
    own->count++;
}

#endif
