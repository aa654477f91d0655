/*
 * clock: vector clocks that share.
 *
 * A vector clock maps slots to clocks; absent means 0. It is a radix tree (leaves of 64 clocks,
 * fan-out 16 above them) whose nodes are reference counted and immutable while shared (copy on
 * write), and a few recent entries that the tree does not have yet. So
 *   - a copy (every release, every spawn) is one reference, whatever the number of tasks;
 *   - tasks that have the tree in common, and talk among a few, only exchange recent entries;
 *   - a join descends only where the two trees differ: parts that came from a common source are
 *     the same nodes and cost one pointer comparison. Cost follows what changed, as with tree
 *     clocks (Mathur, Pavlogiannis, Tunç, Viswanathan, ASPLOS 2022), which need a mutable tree a
 *     clock and a copy at each release.
 *
 * Covers. Knowledge is closed: a clock that has entry (slot, c) has all that the slot's task knew
 * when it released c. So a tree can name epochs, its cover, whose holders have all of the tree: a
 * join with such a holder skips the tree, whatever it holds. When thousands report to one, the
 * tree that each of them was born with is that one's own. Likewise a task can name epochs whose
 * holders have all that it knows: it takes such a clock as it is (task.c).
 *
 * Eras. A task of unknown past takes what the others' clocks happen to be (task.c), in the middle
 * of epochs: that is not closed. Each such event begins a new era, in which covers from older ones,
 * and from epochs that were under way, count for nothing.
 *
 * Threads. A vclock belongs to whoever may write it (its task, or the holder of its object's
 * lock); nodes are shared freely between threads, their counts are atomic. Nodes come from the
 * caller's clock_pool, a cache without locks in front of the shared clock_depot.
 */
#ifndef RACERUN_HB_CLOCK_H
#define RACERUN_HB_CLOCK_H

#include <stdbool.h>

#include "base/arena.h"

#define CLOCK_LEAF_BITS 6u /* clocks of a leaf: what a join can do side by side */
#define CLOCK_LEAF (1u << CLOCK_LEAF_BITS)
#define CLOCK_FAN_BITS 4u /* children of an inner node: a copy of one counts them all */
#define CLOCK_FAN (1u << CLOCK_FAN_BITS)

struct clock_node {
    _Atomic uint32_t refs;
    uint32_t height; /* 0: leaf */
    union {
        uint32_t clocks[CLOCK_LEAF];            /* leaf */
        struct clock_node *children[CLOCK_FAN]; /* inner: NULL = all zero */
        struct clock_node *next_free;
    };
};
#define CLOCK_LEAF_SIZE (8 + sizeof(uint32_t) * CLOCK_LEAF)
#define CLOCK_INNER_SIZE (8 + sizeof(void *) * CLOCK_FAN)

struct clock_entry {
    uint32_t slot, clock;
};
#define CLOCK_NONE ((struct clock_entry){0, 0})
#define CLOCK_ALL_OF(slot) ((struct clock_entry){slot, UINT32_MAX})

/* Whoever has one of the epochs has all that is covered. */
struct clock_cover {
    struct clock_entry epochs[2]; /* clock 0: none */
    uint32_t era;                 /* 0: no cover */
};

/* Recent entries. Who begins with another's clock gets few of them, and so has room for entries of
 * its own before it needs a tree of its own, which others do not cover. */
#define CLOCK_RECENT 8u
#define CLOCK_GIVEN 4u

struct vclock {
    struct clock_node *root;  /* NULL: all zero */
    struct clock_cover cover; /* of the tree */
    uint32_t recent_count;
    struct clock_entry recent[CLOCK_RECENT]; /* later than what the tree has */
};

/* Free nodes of both sizes, shared by all pools. */
struct clock_depot {
    struct arena leaves, inners;
    _Atomic uint32_t era;
    bool avx2; /* the processor has it */
};
/* Each size of node takes at most bytes_max of address space. */
void clock_depot_init(struct clock_depot *depot, size_t bytes_max);
void clock_depot_done(struct clock_depot *depot);

/* One thread's cache of free nodes. One that keeps nothing may be used by several threads at once.
 */
struct clock_pool {
    struct clock_depot *depot;
    struct clock_node *free[2]; /* leaves, inners */
    uint32_t count[2];
    bool keeps;
};
/* Gives all cached nodes back. */
void clock_pool_drain(struct clock_pool *pool);

/* Slots of each child of a node at `height` > 0, as a power of two. */
static inline uint32_t clock_child_bits(uint32_t height)
{
    return CLOCK_LEAF_BITS + CLOCK_FAN_BITS * (height - 1);
}

static inline uint32_t clock_tree_get(const struct clock_node *node, uint32_t slot)
{
    if (!node || slot >> clock_child_bits(node->height + 1) != 0)
        return 0;
    while (node->height > 0) {
        node = node->children[(slot >> clock_child_bits(node->height)) & (CLOCK_FAN - 1)];
        if (!node)
            return 0;
    }
    return node->clocks[slot & (CLOCK_LEAF - 1)];
}

static inline uint32_t vclock_get(const struct vclock *clock, uint32_t slot)
{
    for (uint32_t i = 0; i < clock->recent_count; i++)
        if (clock->recent[i].slot == slot)
            return clock->recent[i].clock;
    return clock_tree_get(clock->root, slot);
}

static inline uint32_t clock_era(struct clock_depot *depot)
{
    return atomic_load_explicit(&depot->era, memory_order_acquire);
}
/* `clock`, together with the epoch `own`, has `wanted`. */
static inline bool vclock_has(const struct vclock *clock, struct clock_entry own,
                              struct clock_entry wanted)
{
    return wanted.clock && ((wanted.slot == own.slot && wanted.clock <= own.clock) ||
                            vclock_get(clock, wanted.slot) >= wanted.clock);
}
/* The same of all that is covered. */
static inline bool vclock_covers(struct clock_depot *depot, const struct vclock *clock,
                                 struct clock_entry own, const struct clock_cover *cover)
{
    return cover->era == clock_era(depot) &&
           (vclock_has(clock, own, cover->epochs[0]) || vclock_has(clock, own, cover->epochs[1]));
}

/* All entries move into the tree, which has no cover then. */
void vclock_settle(struct clock_pool *pool, struct vclock *clock);
/* vclock_raise for a slot that is not among the recent entries. */
void vclock_add(struct clock_pool *pool, struct vclock *clock, uint32_t slot, uint32_t value);

/* clock[slot] = max(clock[slot], value) */
static inline void vclock_raise(struct clock_pool *pool, struct vclock *clock, uint32_t slot,
                                uint32_t value)
{
    for (uint32_t i = 0; i < clock->recent_count; i++) {
        struct clock_entry *entry = &clock->recent[i];
        if (entry->slot != slot)
            continue;
        if (entry->clock < value) {
            *entry = clock->recent[0]; /* who is talked with most is found first */
            clock->recent[0] = (struct clock_entry){slot, value};
        }
        return;
    }
    vclock_add(pool, clock, slot, value);
}
/* into = pointwise maximum of both. Each may go with an epoch outside, for the covers: CLOCK_NONE.
 */
void vclock_join(struct clock_pool *pool, struct vclock *into, struct clock_entry into_own,
                 const struct vclock *from, struct clock_entry from_own);
/* The same of two with trees, which do not cover each other, and both epochs: all in one tree,
 * which nothing covers and to which there is nothing recent. */
void vclock_merge(struct clock_pool *pool, struct vclock *into, struct clock_entry into_own,
                  const struct vclock *from, struct clock_entry from_own);
/* `into` (overwritten, must be empty) shares `from`. */
void vclock_share(struct vclock *into, const struct vclock *from);
/* `into` (overwritten, must be empty) gets what `from` has, which then is empty. */
void vclock_move(struct vclock *into, struct vclock *from);
/* As vclock_share, but `into` may hold something. */
void vclock_assign(struct clock_pool *pool, struct vclock *into, const struct vclock *from);
void vclock_clear(struct clock_pool *pool, struct vclock *clock);

#endif
