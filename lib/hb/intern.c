#include "hb/intern.h"

#include "base/check.h"

#define INDEX_MASK_FIRST 1023u

static uint64_t key_hash(struct intern_key key)
{
    uint64_t h = key.a * UINT64_C(0x9e3779b97f4a7c15) ^ (key.b + (key.a >> 29));
    h *= UINT64_C(0xbf58476d1ce4e5b9);
    return h ^ h >> 32;
}

static uint64_t place_of(uint64_t hash, uint32_t number)
{
    return (hash & ~(uint64_t)UINT32_MAX) | number;
}

static size_t index_bytes(uint32_t mask)
{
    return sizeof(struct intern_index) + sizeof(uint64_t) * ((size_t)mask + 1);
}

static struct intern_index *index_create(uint32_t mask)
{
    struct intern_index *index = sys_reserve(index_bytes(mask));
    CHECK_MSG(index, "out of memory for calling contexts");
    index->mask = mask;
    return index;
}

void intern_init(struct intern *table, uint32_t keys_max, size_t bytes_max)
{
    *table = (struct intern){.lock = {0}};
    arena_init(&table->keys, sizeof(struct intern_key), keys_max, bytes_max, "");
    atomic_store_explicit(&table->index, index_create(INDEX_MASK_FIRST), memory_order_relaxed);
}

void intern_done(struct intern *table)
{
    struct intern_index *index = atomic_load_explicit(&table->index, memory_order_relaxed);
    sys_release(index, index_bytes(index->mask));
    arena_done(&table->keys);
}

/* The number of `key`, or 0; *ret_place is where it is or would go. */
static uint32_t index_find(const struct intern *table, struct intern_index *index,
                           struct intern_key key, uint32_t *ret_place)
{
    uint64_t hash = key_hash(key);
    uint32_t place = (uint32_t)hash & index->mask;
    for (;; place = (place + 1) & index->mask) {
        uint64_t found = atomic_load_explicit(&index->places[place], memory_order_acquire);
        uint32_t number = (uint32_t)found;
        if (number && place_of(hash, number) != found)
            continue;
        struct intern_key other = intern_key(table, number);
        if (number == 0 || (other.a == key.a && other.b == key.b)) {
            *ret_place = place;
            return number;
        }
    }
}

/* Lock held. Readers may still walk the old index: its pages are given back but stay mapped as
 * zeroes, in which a reader finds nothing and comes back under the lock. */
static struct intern_index *index_grow(struct intern *table, struct intern_index *index)
{
    struct intern_index *bigger = index_create(index->mask * 2 + 1);
    for (uint32_t i = 0; i <= index->mask; i++) {
        uint64_t moved = atomic_load_explicit(&index->places[i], memory_order_relaxed);
        if (!moved)
            continue;
        uint32_t place;
        index_find(table, bigger, intern_key(table, (uint32_t)moved), &place);
        atomic_store_explicit(&bigger->places[place], moved, memory_order_relaxed);
    }
    atomic_store_explicit(&table->index, bigger, memory_order_release);
    size_t page = 4096, bytes = index_bytes(index->mask);
    if (bytes > page) /* the first page holds the mask that readers use */
        sys_discard((char *)index + page, bytes - page);
    return bigger;
}

static uint32_t key_insert(struct intern *table, struct intern_key key)
{
    spin_lock(&table->lock);
    struct intern_index *index = atomic_load_explicit(&table->index, memory_order_relaxed);
    uint32_t place;
    uint32_t number = index_find(table, index, key, &place);
    if (!number && intern_count(table) + 1 < table->keys.items_max) {
        number = arena_alloc(&table->keys);
        *(struct intern_key *)arena_at(&table->keys, number) = key;
        if (number > index->mask - index->mask / 4) {
            index = index_grow(table, index);
            index_find(table, index, key, &place);
        }
        atomic_store_explicit(&index->places[place], place_of(key_hash(key), number),
                              memory_order_release);
    }
    spin_unlock(&table->lock);
    return number;
}

void intern_retire(struct intern *table, uint64_t low, uint64_t high, uint64_t mark)
{
    spin_lock(&table->lock);
    for (uint32_t number = intern_count(table); number; number--) {
        struct intern_key *key = arena_at(&table->keys, number);
        uint64_t a = __atomic_load_n(&key->a, __ATOMIC_RELAXED);
        if (a >= low && a < high)
            __atomic_store_n(&key->a, a | mark, __ATOMIC_RELAXED);
    }
    spin_unlock(&table->lock);
}

uint32_t intern_number(struct intern *table, struct intern_key key)
{
    struct intern_index *index = atomic_load_explicit(&table->index, memory_order_acquire);
    uint32_t place;
    uint32_t number = index_find(table, index, key, &place);
    return number ? number : key_insert(table, key);
}
