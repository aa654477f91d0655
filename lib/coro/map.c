/*
 * map: a concurrent map, by shards: the upper bits of a key's hash say which. A shard is a hash
 * table with chains and a mutex of the runtime's own: growing takes long, so who meets it waits as
 * a goroutine does.
 *
 * A node is one key. It is in a chain of its shard's table and, in the order of its making, in the
 * shard's list, which rgo_map_range walks. A range holds on to the node that it visits (`refs`);
 * one that is deleted meanwhile leaves its chain but stays in the list until nobody holds it: so a
 * range needs no memory and no copy, and finds its way on. It stops at the nodes that are younger
 * than it, so it ends and no key is seen twice. The mutex guards everything in its shard, nodes
 * too, except that a key never changes.
 *
 * Happens-before (G30): a write before the read that observes it. A present key's clock is at its
 * node; storing leaves the writer's, whoever reads acquires it. That a key is absent is known by
 * the shard (`absent`): deleting adds to it and finding nothing acquires it; so finding nothing may
 * order more than was promised (deletions of other keys), never less. Hooks are under the mutex.
 */
#include <stdlib.h>
#include <string.h>

#include "sync.h"

#define SHARDS_PER_WORKER 4u
#define SHARDS_MIN 8u
#define BUCKETS_MIN 8u
#define OUT_OF_MEMORY "runtime: cannot allocate memory for a concurrent map"

struct node {
    struct node *chain;
    struct node *older, *younger;
    uint64_t hash;
    uint64_t made; /* the shard's count at that time */
    void *value;
    uint32_t refs; /* ranges that hold it */
    bool numeric;
    bool dead;       /* deleted: in no chain, kept by refs */
    uint64_t number; /* or how many bytes */
    unsigned char bytes[];
};

struct shard {
    _Alignas(64) rgo_mutex mutex;
    struct node **buckets;
    size_t bucket_count; /* a power of two, or 0 */
    size_t count;
    struct node *oldest, *youngest;
    uint64_t made;
    char absent; /* a clock's address */
};

struct shards {
    size_t count; /* a power of two */
    struct shard at[];
};

/* What an operation is about; the shard is locked. */
struct place {
    struct shard *shard;
    rgo_key key;
    const void *pc;
    uint64_t hash;
    struct node **link; /* to the node, or where it would be */
    struct node *node;  /* NULL: absent */
};

/* ---- hashing: the same in each run ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_bytes(const unsigned char *at, uint64_t size)
{
    uint64_t hash = size ^ 0xa0761d6478bd642fu;
    for (; size >= 8; at += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = mix(hash ^ word, 0xe7037ed1a0b428dbu);
    }
    uint64_t rest = 0;
    if (size)
        memcpy(&rest, at, size);
    return mix(hash ^ rest ^ 0x8ebc6af09c88c6e3u, 0x589965cc75374cc3u);
}

static uint64_t key_hash(rgo_key key)
{
    if (key.bytes)
        return hash_bytes(key.bytes, key.number);
    return mix(key.number ^ 0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u) * 0x94d049bb133111ebu;
}

static bool node_is(const struct node *node, rgo_key key, uint64_t hash)
{
    if (node->hash != hash || node->number != key.number || node->numeric != !key.bytes)
        return false;
    return node->numeric || memcmp(node->bytes, key.bytes, key.number) == 0;
}

/* ---- shards ---- */

static struct shards *shards_make(rgo_map *m)
{
    size_t count = SHARDS_MIN;
    while (count < (size_t)SHARDS_PER_WORKER * rgo_procs())
        count *= 2;
    size_t bytes = sizeof(struct shards) + count * sizeof(struct shard);
    struct shards *made = aligned_alloc(_Alignof(struct shards), bytes);
    if (!made)
        fatal_text(OUT_OF_MEMORY);
    memset(made, 0, bytes);
    made->count = count;
    void *there = NULL;
    if (!__atomic_compare_exchange_n(&m->shards, &there, made, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        free(made);
        made = there;
    }
    return made;
}

static struct shards *shards_of(const rgo_map *m)
{
    return __atomic_load_n(&m->shards, __ATOMIC_ACQUIRE);
}

static void shard_lock(struct shard *shard, const rgo_map *m, const void *pc)
{
    mutex_take(&shard->mutex, WAIT_MAP, m, pc);
}

static void shard_unlock(struct shard *shard)
{
    mutex_give(&shard->mutex);
}

static struct place place_find(rgo_map *m, rgo_key key, const void *pc)
{
    if (UNLIKELY(!m))
        panic_text(NIL_WORDS);
    struct shards *shards = shards_of(m);
    if (UNLIKELY(!shards))
        shards = shards_make(m);
    if (key.bytes && key.number)
        HOOK(read(sync_task(), key.bytes, key.number, pc));
    struct place place = {.key = key, .pc = pc, .hash = key_hash(key)};
    place.shard = &shards->at[(place.hash >> 48) & (shards->count - 1)];
    shard_lock(place.shard, m, pc);
    if (place.shard->bucket_count) {
        place.link = &place.shard->buckets[place.hash & (place.shard->bucket_count - 1)];
        while (*place.link && !node_is(*place.link, key, place.hash))
            place.link = &(*place.link)->chain;
        place.node = *place.link;
    }
    return place;
}

static void place_leave(const struct place *place)
{
    shard_unlock(place->shard);
}

/* The caller has learned whether the key is there. */
static void place_observed(const struct place *place)
{
    HOOK(acquire(sync_task(),
                 place->node ? (const void *)place->node : (const void *)&place->shard->absent));
}

/* ret_value is the program's: NULL, or the caller's to be written. */
static void place_give(const struct place *place, void **ret_value, void *value)
{
    if (!ret_value)
        return;
    *ret_value = value;
    HOOK(write(sync_task(), ret_value, sizeof *ret_value, place->pc));
}

/* ---- nodes ---- */

static void shard_grow(struct shard *shard)
{
    size_t wanted = shard->bucket_count ? 2 * shard->bucket_count : BUCKETS_MIN;
    struct node **buckets = calloc(wanted, sizeof(struct node *));
    if (!buckets && shard->bucket_count)
        return; /* longer chains, then */
    if (!buckets)
        fatal_text(OUT_OF_MEMORY);
    for (size_t i = 0; i < shard->bucket_count; i++)
        for (struct node *node = shard->buckets[i], *next; node; node = next) {
            next = node->chain;
            struct node **bucket = &buckets[node->hash & (wanted - 1)];
            node->chain = *bucket;
            *bucket = node;
        }
    free(shard->buckets);
    shard->buckets = buckets;
    shard->bucket_count = wanted;
}

static struct node *node_make(const struct place *place, void *value)
{
    size_t size = place->key.bytes ? place->key.number : 0;
    struct node *node = malloc(sizeof *node + size);
    if (!node)
        fatal_text(OUT_OF_MEMORY);
    *node = (struct node){.hash = place->hash,
                          .value = value,
                          .numeric = !place->key.bytes,
                          .number = place->key.number};
    if (size)
        memcpy(node->bytes, place->key.bytes, size);
    return node;
}

static void place_insert(struct place *place, void *value)
{
    struct shard *shard = place->shard;
    if (shard->count >= shard->bucket_count)
        shard_grow(shard);
    struct node *node = node_make(place, value);
    struct node **bucket = &shard->buckets[node->hash & (shard->bucket_count - 1)];
    node->chain = *bucket;
    *bucket = node;
    node->made = ++shard->made;
    node->older = shard->youngest;
    if (shard->youngest)
        shard->youngest->younger = node;
    else
        shard->oldest = node;
    shard->youngest = node;
    shard->count++;
    HOOK(release(sync_task(), node));
}

static void place_write(struct place *place, void *value)
{
    if (!place->node) {
        place_insert(place, value);
        return;
    }
    place->node->value = value;
    HOOK(release(sync_task(), place->node));
}

/* Its bytes too: whom a range has shown them to may have read them just now. */
static void node_end(struct node *node)
{
    HOOK(die(node, sizeof *node + (node->numeric ? 0 : node->number)));
    free(node);
}

/* Out of the list, for good. */
static void node_free(struct shard *shard, struct node *node)
{
    *(node->older ? &node->older->younger : &shard->oldest) = node->younger;
    *(node->younger ? &node->younger->older : &shard->youngest) = node->older;
    node_end(node);
}

static void place_delete(struct place *place)
{
    struct node *node = place->node;
    *place->link = node->chain;
    place->shard->count--;
    HOOK(release_merge(sync_task(), &place->shard->absent));
    node->dead = true;
    if (!node->refs)
        node_free(place->shard, node);
}

/* ---- operations ---- */

bool rgo_map_load(rgo_map *m, rgo_key key, void **ret_value)
{
    struct place place = place_find(m, key, CALLER());
    bool found = place.node;
    place_observed(&place);
    if (found)
        place_give(&place, ret_value, place.node->value);
    place_leave(&place);
    return found;
}

void rgo_map_store(rgo_map *m, rgo_key key, void *value)
{
    struct place place = place_find(m, key, CALLER());
    place_write(&place, value);
    place_leave(&place);
}

bool rgo_map_load_or_store(rgo_map *m, rgo_key key, void *value, void **ret_value)
{
    struct place place = place_find(m, key, CALLER());
    bool found = place.node;
    place_observed(&place);
    place_give(&place, ret_value, found ? place.node->value : value);
    if (!found)
        place_insert(&place, value);
    place_leave(&place);
    return found;
}

bool rgo_map_load_and_delete(rgo_map *m, rgo_key key, void **ret_value)
{
    struct place place = place_find(m, key, CALLER());
    bool found = place.node;
    place_observed(&place);
    if (found) {
        place_give(&place, ret_value, place.node->value);
        place_delete(&place);
    }
    place_leave(&place);
    return found;
}

void rgo_map_delete(rgo_map *m, rgo_key key)
{
    struct place place = place_find(m, key, CALLER());
    if (place.node)
        place_delete(&place);
    place_leave(&place);
}

bool rgo_map_swap(rgo_map *m, rgo_key key, void *value, void **ret_previous)
{
    struct place place = place_find(m, key, CALLER());
    bool found = place.node;
    place_observed(&place);
    if (found)
        place_give(&place, ret_previous, place.node->value);
    place_write(&place, value);
    place_leave(&place);
    return found;
}

bool rgo_map_compare_and_swap(rgo_map *m, rgo_key key, void *old, void *value)
{
    struct place place = place_find(m, key, CALLER());
    bool matched = place.node && place.node->value == old;
    place_observed(&place);
    if (matched)
        place_write(&place, value);
    place_leave(&place);
    return matched;
}

bool rgo_map_compare_and_delete(rgo_map *m, rgo_key key, void *old)
{
    struct place place = place_find(m, key, CALLER());
    bool matched = place.node && place.node->value == old;
    place_observed(&place);
    if (matched)
        place_delete(&place);
    place_leave(&place);
    return matched;
}

/* ---- all of it ---- */

/* The shard is locked. The next after `held`, which is let go, that is alive and not younger than
 * `last`. */
static struct node *range_next(struct shard *shard, struct node *held, uint64_t last)
{
    struct node *node = held ? held->younger : shard->oldest;
    while (node && node->dead)
        node = node->younger;
    if (node && node->made > last)
        node = NULL;
    if (node) {
        node->refs++;
        HOOK(acquire(sync_task(), node));
    }
    if (held && --held->refs == 0 && held->dead)
        node_free(shard, held);
    return node;
}

static rgo_key node_key(const struct node *node)
{
    return node->numeric ? rgo_key_number(node->number) : rgo_key_bytes(node->bytes, node->number);
}

struct range {
    const rgo_map *map;
    struct shard *shard;
    struct node *held; /* while visit runs */
    const void *pc;
};

/* Also when visit has left by a panic or rgo_exit. */
static void range_let_go(void *raw)
{
    const struct range *range = raw;
    if (!range->held)
        return;
    shard_lock(range->shard, range->map, range->pc);
    range_next(range->shard, range->held, 0);
    shard_unlock(range->shard);
}

/* Returns whether to go on. */
static bool range_shard(struct range *range, bool (*visit)(rgo_key key, void *value, void *context),
                        void *context)
{
    struct shard *shard = range->shard;
    bool more = true;
    rgo_defer(range_let_go, (void *)range);
    shard_lock(shard, range->map, range->pc);
    uint64_t last = shard->made;
    while ((range->held = range_next(shard, range->held, more ? last : 0))) {
        struct node *node = range->held;
        void *value = node->value;
        shard_unlock(shard);
        more = more && visit(node_key(node), value, context);
        shard_lock(shard, range->map, range->pc);
    }
    shard_unlock(shard);
    return more;
}

void rgo_map_range(rgo_map *m, bool (*visit)(rgo_key key, void *value, void *context),
                   void *context)
{
    if (UNLIKELY(!m))
        panic_text(NIL_WORDS);
    struct shards *shards = shards_of(m);
    for (size_t i = 0; shards && i < shards->count; i++) {
        struct range range = {.map = m, .shard = &shards->at[i], .pc = CALLER()};
        if (!range_shard(&range, visit, context))
            return;
    }
}

size_t rgo_map_count(rgo_map *m)
{
    if (UNLIKELY(!m))
        panic_text(NIL_WORDS);
    struct shards *shards = shards_of(m);
    size_t count = 0;
    for (size_t i = 0; shards && i < shards->count; i++) {
        shard_lock(&shards->at[i], m, CALLER());
        count += shards->at[i].count;
        shard_unlock(&shards->at[i]);
    }
    return count;
}

void rgo_map_done(rgo_map *m, void (*destroy)(void *value))
{
    struct shards *shards = m ? shards_of(m) : NULL;
    if (!shards)
        return;
    m->shards = NULL;
    for (size_t i = 0; i < shards->count; i++) {
        struct shard *shard = &shards->at[i];
        for (struct node *node = shard->oldest, *younger; node; node = younger) {
            younger = node->younger;
            HOOK(acquire(sync_task(), node));
            if (destroy && !node->dead)
                destroy(node->value);
            node_end(node);
        }
        free(shard->buckets);
    }
    HOOK(die(shards, sizeof *shards + shards->count * sizeof(struct shard)));
    free(shards);
}
