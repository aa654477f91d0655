/*
 * itempool: rgo_pool. Items that anybody may take, kept where they were put last.
 *
 * A pool has a shard for each worker and one for the program's own threads. A shard is a stack of
 * blocks of items under a lock; a worker uses its own, and when that is empty takes from the
 * others. Shards are made at the first use and stay until rgo_pool_done; an item never moves
 * between blocks.
 *
 * Happens-before (G23): Put(x) before the Get that returns x and no other, by a clock at the
 * address of the cell in which x lies. What `make` does is the getter's own doing.
 */
#include <stdlib.h>
#include <string.h>

#include "sync.h"

#define BLOCK_ITEMS 62u

struct block {
    struct block *below;
    size_t count;
    void *items[BLOCK_ITEMS];
};

struct shard {
    struct lock lock;
    struct block *top; /* the only one that is not full */
    struct block *spare;
    char apart[64 - sizeof(struct lock) - 2 * sizeof(void *) - 4];
};
_Static_assert(sizeof(struct shard) == 64, "a shard has its cache line for itself");

static unsigned shard_count(void)
{
    return rgo_procs() + 1;
}

static struct shard *shards_make(rgo_pool *p)
{
    size_t bytes = shard_count() * sizeof(struct shard);
    struct shard *made = aligned_alloc(64, bytes);
    if (!made)
        return NULL;
    memset(made, 0, bytes);
    void *there = NULL;
    if (!__atomic_compare_exchange_n(&p->shards, &there, made, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        free(made);
        made = there;
    }
    return made;
}

static struct shard *shards_of(const rgo_pool *p)
{
    return __atomic_load_n(&p->shards, __ATOMIC_ACQUIRE);
}

/* The caller's own; it may be on another worker the next moment, the shard has a lock. */
static unsigned shard_own(void)
{
    struct worker *w = worker_self();
    return w ? w->index : scheduler.procs;
}

/* ---- taking ---- */

static void *shard_take(struct shard *shard)
{
    void *item = NULL;
    struct block *unneeded = NULL;
    lock_take(&shard->lock);
    struct block *top = shard->top;
    if (top && !top->count) {
        struct block *below = top->below;
        if (below) {
            unneeded = shard->spare;
            shard->spare = top;
            shard->top = top = below;
        }
    }
    if (top && top->count) {
        item = top->items[--top->count];
        HOOK(acquire(sync_task(), &top->items[top->count]));
    }
    lock_release(&shard->lock);
    if (UNLIKELY(unneeded != NULL)) {
        HOOK(die(unneeded, sizeof *unneeded));
        free(unneeded);
    }
    return item;
}

void *rgo_pool_get(rgo_pool *p)
{
    if (UNLIKELY(!p))
        panic_text(NIL_WORDS);
    struct shard *shards = shards_of(p);
    if (shards) {
        unsigned count = shard_count(), own = shard_own();
        for (unsigned i = 0; i < count; i++) {
            void *item = shard_take(&shards[(own + i) % count]);
            if (item)
                return item;
        }
    }
    return p->make ? p->make(p->context) : NULL;
}

/* ---- giving ---- */

/* false: there is no room, and `room` is none either. Takes what it uses of it. */
static bool shard_give(struct shard *shard, void *item, struct block **room)
{
    bool given = false;
    lock_take(&shard->lock);
    struct block *top = shard->top;
    if (!top || top->count == BLOCK_ITEMS) {
        struct block **from = shard->spare ? &shard->spare : room;
        struct block *fresh = *from;
        if (fresh) {
            *from = NULL;
            fresh->below = top;
            fresh->count = 0;
            shard->top = top = fresh;
        }
    }
    if (top && top->count < BLOCK_ITEMS) {
        HOOK(release(sync_task(), &top->items[top->count]));
        top->items[top->count++] = item;
        given = true;
    }
    lock_release(&shard->lock);
    return given;
}

void rgo_pool_put(rgo_pool *p, void *item)
{
    if (UNLIKELY(!p))
        panic_text(NIL_WORDS);
    if (!item)
        return;
    struct shard *shards = shards_of(p);
    if (UNLIKELY(!shards))
        shards = shards_make(p);
    struct block *room = NULL;
    bool given = shards && shard_give(&shards[shard_own()], item, &room);
    if (UNLIKELY(!given && shards)) {
        room = malloc(sizeof *room); /* not under the lock */
        given = room && shard_give(&shards[shard_own()], item, &room);
        free(room);
    }
    if (UNLIKELY(!given) && p->destroy)
        p->destroy(item, p->context);
}

/* ---- the end ---- */

static void shard_done(rgo_pool *p, struct shard *shard)
{
    for (struct block *block = shard->top, *below; block; block = below) {
        below = block->below;
        for (size_t i = block->count; i-- > 0;) {
            HOOK(acquire(sync_task(), &block->items[i]));
            if (p->destroy)
                p->destroy(block->items[i], p->context);
        }
        HOOK(die(block, sizeof *block));
        free(block);
    }
    free(shard->spare);
}

void rgo_pool_done(rgo_pool *p)
{
    struct shard *shards = p ? shards_of(p) : NULL;
    if (!shards)
        return;
    p->shards = NULL;
    for (unsigned i = 0; i < shard_count(); i++)
        shard_done(p, &shards[i]);
    free(shards);
}
