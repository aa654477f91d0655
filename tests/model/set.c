/*
 * set: of 64-bit numbers.
 */
#include "model.h"

#include <stdlib.h>

struct set64 {
    uint64_t *slots; /* 0: free */
    uint64_t mask, count;
    bool zero;
};

struct set64 *set64_new(void)
{
    struct set64 *set = calloc(1, sizeof *set);
    set->mask = 1023;
    set->slots = calloc(set->mask + 1, sizeof *set->slots);
    return set;
}

void set64_free(struct set64 *set)
{
    free(set->slots);
    free(set);
}

static bool slots_add(struct set64 *set, uint64_t value)
{
    uint64_t i = value * UINT64_C(0x9e3779b97f4a7c15) >> 20 & set->mask;
    for (; set->slots[i]; i = (i + 1) & set->mask)
        if (set->slots[i] == value)
            return false;
    set->slots[i] = value;
    return true;
}

static void set64_grow(struct set64 *set)
{
    uint64_t *old = set->slots, size = set->mask + 1;
    set->mask = 2 * size - 1;
    set->slots = calloc(2 * size, sizeof *set->slots);
    for (uint64_t i = 0; i < size; i++)
        if (old[i])
            slots_add(set, old[i]);
    free(old);
}

bool set64_add(struct set64 *set, uint64_t value)
{
    if (value == 0) {
        bool added = !set->zero;
        set->zero = true;
        set->count += added;
        return added;
    }
    if (2 * set->count > set->mask)
        set64_grow(set);
    bool added = slots_add(set, value);
    set->count += added;
    return added;
}

uint64_t set64_count(const struct set64 *set)
{
    return set->count;
}

static bool set64_has(const struct set64 *set, uint64_t value)
{
    uint64_t i = value * UINT64_C(0x9e3779b97f4a7c15) >> 20 & set->mask;
    while (set->slots[i] && set->slots[i] != value)
        i = (i + 1) & set->mask;
    return value ? set->slots[i] == value : set->zero;
}

bool set64_same(const struct set64 *a, const struct set64 *b)
{
    bool same = set64_count(a) == set64_count(b) && a->zero == b->zero;
    for (uint64_t i = 0; i <= a->mask && same; i++)
        same = !a->slots[i] || set64_has(b, a->slots[i]);
    return same;
}

bool set64_includes(const struct set64 *all, const struct set64 *some)
{
    bool included = !some->zero || all->zero;
    for (uint64_t i = 0; i <= some->mask && included; i++)
        included = !some->slots[i] || set64_has(all, some->slots[i]);
    return included;
}
