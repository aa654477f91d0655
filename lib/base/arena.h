/*
 * arena: items of one size, named by 32-bit indexes, in one reserved and lazily committed range.
 * Index 0 is never given out: it means "none". Items never move and are never unmapped, so a stale
 * index reads stale contents but never faults. Fresh items are zero; recycled ones are not.
 */
#ifndef RACERUN_BASE_ARENA_H
#define RACERUN_BASE_ARENA_H

#include "base/spin.h"

struct arena {
    char *base;
    size_t item_size;
    uint32_t items_max;
    _Atomic uint32_t used; /* indexes below were given out at least once */
    struct spin lock;      /* guards free_head and free_count */
    uint32_t free_head;    /* chain through the first 4 bytes of free items */
    uint32_t free_count;
    const char *full_message;
};

/*
 * Reserves room for items_max items, but at most bytes_max (and at least 4096 items, else fatal).
 * `full_message` ends the process when the arena is full.
 */
void arena_init(struct arena *arena, size_t item_size, uint32_t items_max, size_t bytes_max,
                const char *full_message);
/* The same in zeroed memory of the caller's, who frees it instead of arena_done. */
void arena_init_at(struct arena *arena, void *memory, size_t item_size, uint32_t items_max,
                   const char *full_message);
void arena_done(struct arena *arena);
uint32_t arena_alloc(struct arena *arena);
void arena_free(struct arena *arena, uint32_t index);

static inline void *arena_at(const struct arena *arena, uint32_t index)
{
    return arena->base + (size_t)index * arena->item_size;
}

static inline uint32_t arena_index(const struct arena *arena, const void *item)
{
    return (uint32_t)((size_t)((const char *)item - arena->base) / arena->item_size);
}

#endif
