#include "hb/must.h"

#include <string.h>

#include "base/check.h"

enum { INDEX_BITS = 20, INDEX_SIZE = 1 << INDEX_BITS, SET_MAX = 4096 };

void must_init(struct must *must, size_t bytes_max)
{
    size_t words = bytes_max / sizeof *must->words;
    *must = (struct must){.words_max = words < (1u << 23) ? (uint32_t)words : 1u << 23};
}

static size_t words_bytes(const struct must *must)
{
    return sizeof *must->words * ((size_t)must->words_max + SET_MAX + 1);
}

void must_done(struct must *must)
{
    if (must->words)
        sys_release(must->words, words_bytes(must));
    if (must->index)
        sys_release(must->index, sizeof *must->index * INDEX_SIZE);
}

static bool must_ready(struct must *must)
{
    if (must->words)
        return true;
    must->index = sys_reserve(sizeof *must->index * INDEX_SIZE);
    must->words = must->index ? sys_reserve(words_bytes(must)) : NULL;
    must->words_used = 1;
    return must->words != NULL;
}

static uint32_t set_size(const struct must *must, uint32_t set)
{
    return set ? (uint32_t)(must->words[set] >> 32) : 0;
}

/* The set whose entries have just been written behind the used words: known already, or kept. */
static uint32_t set_intern(struct must *must, uint32_t size)
{
    const uint64_t *entries = &must->words[must->words_used + 1];
    uint64_t hash = size;
    for (uint32_t i = 0; i < size; i++)
        hash = (hash ^ entries[i]) * UINT64_C(0x9e3779b97f4a7c15), hash ^= hash >> 29;
    uint64_t head = (uint64_t)size << 32 | (uint32_t)hash;
    uint32_t place = (uint32_t)hash & (INDEX_SIZE - 1);
    for (; must->index[place]; place = (place + 1) & (INDEX_SIZE - 1)) {
        uint32_t found = must->index[place];
        if (must->words[found] == head &&
            !memcmp(&must->words[found + 1], entries, sizeof *entries * size))
            return found;
    }
    if (must->words_used + size + 1 > must->words_max || must->count > INDEX_SIZE / 4 * 3)
        return MUST_ALL;
    uint32_t set = must->words_used;
    must->words[set] = head;
    must->index[place] = set;
    must->words_used += size + 1;
    must->count++;
    return set;
}

static uint32_t sets_join(struct must *must, uint32_t a, uint32_t b)
{
    uint32_t a_size = set_size(must, a), b_size = set_size(must, b), size = 0;
    if (a_size + b_size > SET_MAX)
        return MUST_ALL;
    const uint64_t *x = &must->words[a + 1], *y = &must->words[b + 1];
    const uint64_t *x_end = x + a_size, *y_end = y + b_size;
    uint64_t *to = &must->words[must->words_used + 1];
    while (x < x_end || y < y_end) {
        bool from_x = y == y_end || (x < x_end && *x >> 32 <= *y >> 32);
        bool both = x < x_end && y < y_end && *x >> 32 == *y >> 32;
        to[size++] = both ? (*x > *y ? *x : *y) : from_x ? *x : *y;
        x += both || from_x;
        y += both || !from_x;
    }
    return set_intern(must, size);
}

uint32_t must_join_sets(struct must *must, uint32_t a, uint32_t b)
{
    if (a == MUST_ALL || b == MUST_ALL)
        return MUST_ALL;
    spin_lock(&must->lock);
    struct must_join *last = &must->last;
    if (last->a != a || last->b != b)
        *last = (struct must_join){a, b, sets_join(must, a, b)};
    uint32_t joined = last->joined;
    spin_unlock(&must->lock);
    return joined;
}

uint32_t must_with(struct must *must, uint32_t set, uint32_t task, uint32_t epoch)
{
    if (set == MUST_ALL)
        return set;
    spin_lock(&must->lock);
    uint32_t single = MUST_ALL, joined = MUST_ALL;
    if (must_ready(must)) {
        must->words[must->words_used + 1] = (uint64_t)task << 32 | epoch;
        single = set_intern(must, 1);
    }
    if (single != MUST_ALL)
        joined = set ? sets_join(must, set, single) : single;
    spin_unlock(&must->lock);
    return joined;
}

/* Sets never change. */
uint32_t must_get(const struct must *must, uint32_t set, uint32_t task)
{
    if (set == MUST_ALL)
        return UINT32_MAX;
    const uint64_t *entries = set ? &must->words[set + 1] : NULL;
    uint32_t low = 0, high = set_size(must, set);
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        uint32_t found = (uint32_t)(entries[middle] >> 32);
        if (found == task)
            return (uint32_t)entries[middle];
        if (found < task)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}
