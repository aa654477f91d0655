/* The slow paths of pools; see pool.h. */
#include "pool.h"

struct link {
    struct link *next;  /* in its batch */
    struct link *batch; /* the next batch; in the first one of a batch that is in common hands */
};

static void batch_push(struct pool *pool, struct link *first)
{
    lock_take(&pool->lock);
    first->batch = pool->batches;
    pool->batches = first;
    lock_release(&pool->lock);
}

static struct link *batch_pop(struct pool *pool)
{
    lock_take(&pool->lock);
    struct link *first = pool->batches;
    if (first)
        pool->batches = first->batch;
    lock_release(&pool->lock);
    return first;
}

bool pool_refill(struct pool *pool, struct pool_own *own)
{
    struct link *first = own->spare;
    if (first)
        own->spare = NULL;
    else
        first = batch_pop(pool);
    unsigned count = 0;
    for (struct link *link = first; link; link = link->next)
        count++;
    own->first = first;
    own->count = count;
    return first != NULL;
}

/* What own has becomes its spare; the spare that it had goes. */
void pool_spill(struct pool *pool, struct pool_own *own)
{
    if (own->spare)
        batch_push(pool, own->spare);
    own->spare = own->first;
    own->first = NULL;
    own->count = 0;
}

void *pool_take_common(struct pool *pool)
{
    lock_take(&pool->lock);
    struct link *first = pool->batches;
    if (first) {
        struct link *rest = first->next;
        if (rest)
            rest->batch = first->batch;
        pool->batches = rest ? rest : first->batch;
    }
    lock_release(&pool->lock);
    return first;
}

void pool_give_common(struct pool *pool, void *thing)
{
    struct link *link = thing;
    link->next = NULL;
    batch_push(pool, link);
}

void pool_stock(struct pool *pool, void *things, size_t size, size_t count)
{
    for (char *at = things; count;) {
        size_t batch = count < POOL_BATCH ? count : POOL_BATCH;
        struct link *first = (struct link *)(void *)at;
        for (size_t i = 0; i < batch; i++, at += size)
            ((struct link *)(void *)at)->next =
                i + 1 < batch ? (struct link *)(void *)(at + size) : NULL;
        count -= batch;
        batch_push(pool, first);
    }
}
