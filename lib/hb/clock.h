/*
 * clock: vector clocks that share.
 *
 * A vector clock maps slots to clocks; absent means 0. It is a radix tree of fan-out 16 whose
 * nodes are reference counted and immutable while shared (copy on write). So
 *   - a copy (every release, every spawn) is one reference, whatever the number of tasks;
 *   - a join descends only where the two trees differ: parts that came from a common source are
 *     the same nodes and cost one pointer comparison. Cost follows what changed, as with tree
 *     clocks (Mathur, Pavlogiannis, Tunç, Viswanathan, ASPLOS 2022), which need a mutable tree a
 *     clock and a copy at each release.
 *   - up to 16 tasks a clock is one node of 80 bytes and a lookup one load.
 *
 * Threads. A vclock belongs to whoever may write it (its task, or the holder of its object's
 * lock); nodes are shared freely between threads, their counts are atomic. Nodes come from the
 * caller's clock_pool, a cache without locks in front of the shared clock_depot.
 */
#ifndef RACERUN_HB_CLOCK_H
#define RACERUN_HB_CLOCK_H

#include <stdbool.h>

#include "base/arena.h"

#define CLOCK_FAN 16u
#define CLOCK_FAN_BITS 4u

struct clock_node {
    _Atomic uint32_t refs;
    uint32_t height; /* 0: leaf */
    union {
        uint32_t clocks[CLOCK_FAN];            /* leaf */
        struct clock_node *children[CLOCK_FAN]; /* inner: NULL = all zero */
        struct clock_node *next_free;
    };
};
#define CLOCK_LEAF_SIZE (8 + sizeof(uint32_t) * CLOCK_FAN)
#define CLOCK_INNER_SIZE (8 + sizeof(void *) * CLOCK_FAN)

struct vclock {
    struct clock_node *root; /* NULL: all zero */
};

/* Free nodes of both sizes, shared by all pools. */
struct clock_depot {
    struct arena leaves, inners;
};
/* Each size of node takes at most bytes_max of address space. */
void clock_depot_init(struct clock_depot *depot, size_t bytes_max);
void clock_depot_done(struct clock_depot *depot);

/* One thread's cache of free nodes. */
struct clock_pool {
    struct clock_depot *depot;
    struct clock_node *free[2]; /* leaves, inners */
    uint32_t count[2];
};
/* Gives all cached nodes back. */
void clock_pool_drain(struct clock_pool *pool);

static inline uint32_t vclock_get(const struct vclock *clock, uint32_t slot)
{
    const struct clock_node *node = clock->root;
    if (!node || slot >> (CLOCK_FAN_BITS * (node->height + 1)) != 0)
        return 0;
    while (node->height > 0) {
        node = node->children[(slot >> (CLOCK_FAN_BITS * node->height)) & (CLOCK_FAN - 1)];
        if (!node)
            return 0;
    }
    return node->clocks[slot & (CLOCK_FAN - 1)];
}

/* clock[slot] = max(clock[slot], value) */
void vclock_raise(struct clock_pool *pool, struct vclock *clock, uint32_t slot, uint32_t value);
/* into = pointwise maximum of both */
void vclock_join(struct clock_pool *pool, struct vclock *into, const struct vclock *from);
/* `into` (overwritten, must be empty) shares `from`. */
void vclock_share(struct vclock *into, const struct vclock *from);
void vclock_clear(struct clock_pool *pool, struct vclock *clock);

#endif
