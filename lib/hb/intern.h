/*
 * intern: a table that gives each distinct 16-byte key a dense 32-bit number, for ever.
 * Lookup of a known key takes no lock: keys are immutable once their number is in the table.
 * Numbers start at 1. A full table answers 0 for new keys: what it names is then "unknown".
 * A key that is retired keeps its number, by which it reads with a mark; the same key is then new.
 */
#ifndef RACERUN_HB_INTERN_H
#define RACERUN_HB_INTERN_H

#include "base/arena.h"

struct intern_key {
    uint64_t a, b;
};

/* Open addressing; a power of two of places, 0 = free, else the key's number and the upper half of
 * its hash, so that other keys need not be looked at. Replaced, never changed, when it grows. */
struct intern_index {
    uint32_t mask;
    _Atomic uint64_t places[];
};

struct intern {
    struct arena keys; /* struct intern_key, by number */
    struct intern_index *_Atomic index;
    struct spin lock; /* guards insertion and growth */
};

void intern_init(struct intern *table, uint32_t keys_max, size_t bytes_max);
void intern_done(struct intern *table);
uint32_t intern_number(struct intern *table, struct intern_key key);
/* Retires the keys whose `a` is in [low, high), which nobody looks up meanwhile, by or-ing `mark`
 * into it. They stay where the index has them and are met there, but equal nothing that is asked.
 * Takes time in proportion to the table. */
void intern_retire(struct intern *table, uint64_t low, uint64_t high, uint64_t mark);

static inline struct intern_key intern_key(const struct intern *table, uint32_t number)
{
    return ((const struct intern_key *)(const void *)table->keys.base)[number];
}

static inline uint32_t intern_count(struct intern *table)
{
    return atomic_load_explicit(&table->keys.used, memory_order_relaxed) - 1;
}

#endif
