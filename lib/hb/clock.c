#include "hb/clock.h"

#include <sys/single_threaded.h>

#include "base/check.h"
#include "hb/inline.h"

#define POOL_BATCH 32u

enum { LEAF = 0, INNER = 1 };

void clock_depot_init(struct clock_depot *depot, size_t bytes_max)
{
    arena_init(&depot->leaves, CLOCK_LEAF_SIZE, 1u << 28, bytes_max, "too many vector clocks");
    arena_init(&depot->inners, CLOCK_INNER_SIZE, 1u << 28, bytes_max, "too many vector clocks");
    atomic_store_explicit(&depot->era, 1, memory_order_relaxed);
    __builtin_cpu_init();
    depot->avx2 = __builtin_cpu_supports("avx2");
}

void clock_depot_done(struct clock_depot *depot)
{
    arena_done(&depot->leaves);
    arena_done(&depot->inners);
}

/* ---- nodes ---- */

static struct arena *depot_arena(struct clock_depot *depot, int kind)
{
    return kind == LEAF ? &depot->leaves : &depot->inners;
}

static void depot_return(struct clock_depot *depot, int kind, struct clock_node *node)
{
    struct arena *arena = depot_arena(depot, kind);
    arena_free(arena, arena_index(arena, node));
}

static void pool_return(struct clock_pool *pool, int kind)
{
    struct clock_node *node = pool->free[kind];
    pool->free[kind] = node->next_free;
    pool->count[kind]--;
    depot_return(pool->depot, kind, node);
}

void clock_pool_drain(struct clock_pool *pool)
{
    for (int kind = LEAF; kind <= INNER; kind++) {
        while (pool->free[kind])
            pool_return(pool, kind);
    }
}

/* A node with one reference; contents undefined. */
static struct clock_node *node_take(struct clock_pool *pool, uint32_t height)
{
    int kind = height ? INNER : LEAF;
    struct clock_node *node = pool->free[kind];
    if (node) {
        pool->free[kind] = node->next_free;
        pool->count[kind]--;
    } else {
        struct arena *arena = depot_arena(pool->depot, kind);
        node = arena_at(arena, arena_alloc(arena));
    }
    atomic_store_explicit(&node->refs, 1, memory_order_relaxed);
    node->height = height;
    return node;
}

static struct clock_node *node_zero(struct clock_pool *pool, uint32_t height)
{
    struct clock_node *node = node_take(pool, height);
    for (uint32_t i = 0; height && i < CLOCK_FAN; i++)
        node->children[i] = NULL;
    for (uint32_t i = 0; !height && i < CLOCK_LEAF; i++)
        node->clocks[i] = 0;
    return node;
}

static struct clock_node *node_ref(struct clock_node *node)
{
    if (__libc_single_threaded)
        atomic_store_explicit(&node->refs,
                              atomic_load_explicit(&node->refs, memory_order_relaxed) + 1,
                              memory_order_relaxed);
    else
        atomic_fetch_add_explicit(&node->refs, 1, memory_order_relaxed);
    return node;
}

static bool node_unique(const struct clock_node *node)
{
    return atomic_load_explicit(&node->refs, memory_order_acquire) == 1;
}

/* True: that was the last reference. */
static bool node_drop(struct clock_node *node)
{
    if (!__libc_single_threaded)
        return atomic_fetch_sub_explicit(&node->refs, 1, memory_order_acq_rel) == 1;
    uint32_t refs = atomic_load_explicit(&node->refs, memory_order_relaxed) - 1;
    atomic_store_explicit(&node->refs, refs, memory_order_relaxed);
    return refs == 0;
}

/* Nobody refers to the node, nor it to others. */
static void node_put(struct clock_pool *pool, struct clock_node *node)
{
    int kind = node->height ? INNER : LEAF;
    if (!pool->keeps) {
        depot_return(pool->depot, kind, node);
        return;
    }
    node->next_free = pool->free[kind];
    pool->free[kind] = node;
    if (++pool->count[kind] > 2 * POOL_BATCH) {
        for (uint32_t i = 0; i < POOL_BATCH; i++)
            pool_return(pool, kind);
    }
}

static HB_APART void node_unref(struct clock_pool *pool, struct clock_node *node)
{
    if (!node_unique(node) && !node_drop(node))
        return;
    for (uint32_t i = 0; node->height && i < CLOCK_FAN; i++) {
        if (node->children[i])
            node_unref(pool, node->children[i]);
    }
    node_put(pool, node);
}

/* Consumes a reference of `node`, returns an unshared node with the same contents. `exclusive`:
 * no other path leads to `node` than through the caller's reference. */
static struct clock_node *node_own(struct clock_pool *pool, struct clock_node *node, bool exclusive)
{
    if (exclusive)
        return node;
    struct clock_node *copy = node_take(pool, node->height);
    for (uint32_t i = 0; !node->height && i < CLOCK_LEAF; i++)
        copy->clocks[i] = node->clocks[i];
    for (uint32_t i = 0; node->height && i < CLOCK_FAN; i++) {
        copy->children[i] = node->children[i];
        if (copy->children[i])
            node_ref(copy->children[i]);
    }
    node_unref(pool, node);
    return copy;
}

/* ---- trees ---- */

/* The tree gains a level above until it has `height`. */
static void vclock_grow(struct clock_pool *pool, struct vclock *clock, uint32_t height)
{
    if (!clock->root)
        return;
    while (clock->root->height < height) {
        struct clock_node *above = node_zero(pool, clock->root->height + 1);
        above->children[0] = clock->root;
        clock->root = above;
    }
}

static void tree_raise(struct clock_pool *pool, struct vclock *clock, uint32_t slot, uint32_t value)
{
    uint32_t height = 0;
    while (slot >> clock_child_bits(height + 1))
        height++;
    vclock_grow(pool, clock, height);
    if (!clock->root)
        clock->root = node_zero(pool, height);

    struct clock_node **link = &clock->root;
    for (uint32_t level = clock->root->height;; level--) {
        *link = *link ? node_own(pool, *link, node_unique(*link)) : node_zero(pool, level);
        if (level == 0) /* all nodes down to here are ours alone */
            break;
        link = &(*link)->children[(slot >> clock_child_bits(level)) & (CLOCK_FAN - 1)];
    }
    (*link)->clocks[slot & (CLOCK_LEAF - 1)] = value;
}

HB_APART void vclock_settle(struct clock_pool *pool, struct vclock *clock)
{
    for (uint32_t i = 0; i < clock->recent_count; i++)
        tree_raise(pool, clock, clock->recent[i].slot, clock->recent[i].clock);
    clock->recent_count = 0;
    clock->cover.era = 0;
}

HB_APART void vclock_add(struct clock_pool *pool, struct vclock *clock, uint32_t slot,
                         uint32_t value)
{
    if (clock_tree_get(clock->root, slot) >= value)
        return;
    if (clock->recent_count == CLOCK_RECENT)
        vclock_settle(pool, clock);
    clock->recent[clock->recent_count++] = (struct clock_entry){slot, value};
}

/* Drops the recent entries that a changed tree has, too. */
static void recent_prune(struct vclock *clock)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < clock->recent_count; i++)
        if (clock_tree_get(clock->root, clock->recent[i].slot) < clock->recent[i].clock)
            clock->recent[kept++] = clock->recent[i];
    clock->recent_count = kept;
}

struct leaf_news {
    uint32_t of_from, of_into; /* not 0: it has a later clock than the other somewhere */
};

/* One pass that a compiler makes a few wide instructions of; what it finds decides who is kept. */
static inline __attribute__((always_inline)) struct leaf_news
leaf_max_inline(uint32_t *restrict ret_joined, const uint32_t *into, const uint32_t *from)
{
    struct leaf_news news = {0, 0};
    for (uint32_t i = 0; i < CLOCK_LEAF; i++) {
        uint32_t a = into[i], b = from[i], larger = b > a ? b : a;
        ret_joined[i] = larger;
        news.of_from |= larger ^ a;
        news.of_into |= larger ^ b;
    }
    return news;
}

static struct leaf_news leaf_max(uint32_t *restrict ret_joined, const uint32_t *into,
                                 const uint32_t *from)
{
    return leaf_max_inline(ret_joined, into, from);
}

/* The maximum of unsigned numbers is one instruction only from SSE 4.1 on. */
static __attribute__((target("avx2"))) struct leaf_news
leaf_max_avx2(uint32_t *restrict ret_joined, const uint32_t *into, const uint32_t *from)
{
    return leaf_max_inline(ret_joined, into, from);
}

static struct clock_node *leaf_union(struct clock_pool *pool, struct clock_node *a,
                                     struct clock_node *b)
{
    struct clock_node *joined = node_take(pool, 0);
    struct leaf_news news = pool->depot->avx2 ? leaf_max_avx2(joined->clocks, a->clocks, b->clocks)
                                              : leaf_max(joined->clocks, a->clocks, b->clocks);
    if (news.of_from && news.of_into)
        return joined;
    node_put(pool, joined);
    return node_ref(news.of_from ? b : a); /* share rather than copy */
}

static struct clock_node *inner_union(struct clock_pool *pool, struct clock_node *a,
                                      struct clock_node *b);

/* A new reference to what has all of both, which are of one height; either may be NULL. */
static inline struct clock_node *node_union(struct clock_pool *pool, struct clock_node *a,
                                            struct clock_node *b)
{
    if (a == b || !a || !b) {
        struct clock_node *only = a ? a : b;
        return only ? node_ref(only) : NULL;
    }
    return a->height ? inner_union(pool, a, b) : leaf_union(pool, a, b);
}

static struct clock_node *inner_union(struct clock_pool *pool, struct clock_node *a,
                                      struct clock_node *b)
{
    struct clock_node *joined = node_take(pool, a->height);
    bool as_a = true, as_b = true;
    for (uint32_t i = 0; i < CLOCK_FAN; i++) {
        struct clock_node *of_a = a->children[i], *of_b = b->children[i];
        struct clock_node *child = node_union(pool, of_a, of_b);
        joined->children[i] = child;
        as_a &= child == of_a;
        as_b &= child == of_b;
    }
    if (!as_a && !as_b)
        return joined;
    node_unref(pool, joined);
    return node_ref(as_b ? b : a); /* so that later joins see equality at once */
}

static struct clock_node *node_join(struct clock_pool *pool, struct clock_node *into,
                                    struct clock_node *from, bool exclusive);

/* In place. */
static struct clock_node *inner_join(struct clock_pool *pool, struct clock_node *into,
                                     struct clock_node *from)
{
    bool same = true;
    for (uint32_t i = 0; i < CLOCK_FAN; i++) {
        if (from->children[i])
            into->children[i] = node_join(pool, into->children[i], from->children[i], true);
        same = same && into->children[i] == from->children[i];
    }
    if (!same)
        return into;
    node_ref(from);
    node_unref(pool, into);
    return from;
}

/* Consumes a reference of `into` (may be NULL); returns the joined node with one. `exclusive`:
 * all nodes above `into` are the caller's alone. */
static struct clock_node *node_join(struct clock_pool *pool, struct clock_node *into,
                                    struct clock_node *from, bool exclusive)
{
    if (into == from)
        return into;
    if (into && into->height && exclusive && node_unique(into))
        return inner_join(pool, into, from);
    struct clock_node *joined = node_union(pool, into, from);
    if (into)
        node_unref(pool, into);
    return joined;
}

static void tree_join(struct clock_pool *pool, struct vclock *into, struct clock_node *other)
{
    vclock_grow(pool, into, other->height);
    struct clock_node **link = &into->root;
    /* A lower tree joins the subtree of `into` that covers the same slots. */
    for (uint32_t level = into->root ? into->root->height : 0; level > other->height; level--) {
        *link = *link ? node_own(pool, *link, node_unique(*link)) : node_zero(pool, level);
        link = &(*link)->children[0];
    }
    *link = node_join(pool, *link, other, true);
}

static inline void tree_max(struct clock_pool *pool, struct vclock *clock, struct clock_entry entry)
{
    if (clock_tree_get(clock->root, entry.slot) < entry.clock)
        tree_raise(pool, clock, entry.slot, entry.clock);
}

HB_APART void vclock_merge(struct clock_pool *pool, struct vclock *into,
                           struct clock_entry into_own, const struct vclock *from,
                           struct clock_entry from_own)
{
    tree_join(pool, into, from->root);
    for (uint32_t i = 0; i < into->recent_count; i++)
        tree_max(pool, into, into->recent[i]);
    for (uint32_t i = 0; i < from->recent_count; i++)
        tree_max(pool, into, from->recent[i]);
    tree_max(pool, into, into_own);
    tree_max(pool, into, from_own);
    into->recent_count = 0;
    into->cover.era = 0;
}

/* In two strides of known length, as most have few recent entries. */
static inline void vclock_copy(struct vclock *into, const struct vclock *from)
{
    into->root = from->root;
    into->cover = from->cover;
    into->recent_count = from->recent_count;
    for (uint32_t i = 0; i < CLOCK_GIVEN; i++)
        into->recent[i] = from->recent[i];
    if (__builtin_expect(from->recent_count > CLOCK_GIVEN, 0))
        for (uint32_t i = CLOCK_GIVEN; i < CLOCK_RECENT; i++)
            into->recent[i] = from->recent[i];
}

void vclock_assign(struct clock_pool *pool, struct vclock *into, const struct vclock *from)
{
    struct clock_node *before = into->root;
    if (before != from->root && from->root)
        node_ref(from->root);
    vclock_copy(into, from);
    if (before != from->root && before)
        node_unref(pool, before);
}

/* The tree of `from` has all of this one's. */
static void tree_exchange(struct clock_pool *pool, struct vclock *into, const struct vclock *from)
{
    struct vclock before = *into;
    vclock_assign(pool, into, from);
    for (uint32_t i = 0; i < before.recent_count; i++)
        vclock_raise(pool, into, before.recent[i].slot, before.recent[i].clock);
}

HB_APART void vclock_join(struct clock_pool *pool, struct vclock *into, struct clock_entry into_own,
                          const struct vclock *from, struct clock_entry from_own)
{
    if (from->root && from->root != into->root &&
        !vclock_covers(pool->depot, into, into_own, &from->cover)) {
        if (!into->root || vclock_covers(pool->depot, from, from_own, &into->cover)) {
            tree_exchange(pool, into, from);
            return;
        }
        tree_join(pool, into, from->root);
        recent_prune(into);
        into->cover.era = 0;
        if (into->root == from->root)
            into->cover = from->cover;
    }
    for (uint32_t i = 0; i < from->recent_count; i++)
        vclock_raise(pool, into, from->recent[i].slot, from->recent[i].clock);
}

void vclock_share(struct vclock *into, const struct vclock *from)
{
    vclock_copy(into, from);
    if (into->root)
        node_ref(into->root);
}

void vclock_move(struct vclock *into, struct vclock *from)
{
    vclock_copy(into, from);
    from->root = NULL;
    from->cover.era = 0;
    from->recent_count = 0;
}

void vclock_clear(struct clock_pool *pool, struct vclock *clock)
{
    if (clock->root)
        node_unref(pool, clock->root);
    clock->root = NULL;
    clock->cover.era = 0;
    clock->recent_count = 0;
}
