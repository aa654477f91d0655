#include "base/arena.h"

#include "base/check.h"

#define ARENA_ITEMS_MIN 4096u

void arena_init(struct arena *arena, size_t item_size, uint32_t items_max, size_t bytes_max,
                const char *full_message)
{
    size_t items = bytes_max / item_size;
    if (items > items_max)
        items = items_max;
    if (items < ARENA_ITEMS_MIN)
        items = ARENA_ITEMS_MIN;
    void *memory = sys_reserve(items * item_size);
    CHECK_MSG(memory, "cannot reserve address space; raise the limit (ulimit -v)");
    arena_init_at(arena, memory, item_size, (uint32_t)items, full_message);
}

void arena_init_at(struct arena *arena, void *memory, size_t item_size, uint32_t items_max,
                   const char *full_message)
{
    *arena = (struct arena){.item_size = item_size,
                            .items_max = items_max,
                            .base = memory,
                            .full_message = full_message};
    atomic_store_explicit(&arena->used, 1, memory_order_relaxed);
}

void arena_done(struct arena *arena)
{
    sys_release(arena->base, (size_t)arena->items_max * arena->item_size);
    arena->base = NULL;
}

uint32_t arena_alloc(struct arena *arena)
{
    spin_lock(&arena->lock);
    uint32_t index = arena->free_head;
    if (index) {
        arena->free_head = *(uint32_t *)arena_at(arena, index);
        arena->free_count--;
        spin_unlock(&arena->lock);
        return index;
    }
    index = atomic_load_explicit(&arena->used, memory_order_relaxed);
    CHECK_MSG(index < arena->items_max, arena->full_message);
    atomic_store_explicit(&arena->used, index + 1, memory_order_release);
    spin_unlock(&arena->lock);
    return index;
}

void arena_free(struct arena *arena, uint32_t index)
{
    spin_lock(&arena->lock);
    *(uint32_t *)arena_at(arena, index) = arena->free_head;
    arena->free_head = index;
    arena->free_count++;
    spin_unlock(&arena->lock);
}
