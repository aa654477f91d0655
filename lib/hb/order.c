/*
 * order: what a task does for lock order (lockorder.h) and for the order without locks (must.h).
 *
 * A task remembers the sets of locks that it has lately been seen with, and the must-epoch of that:
 * a pair of locks that it takes again and again costs a hash of what it holds.
 */
#include "hb/engine.h"

#define CACHE_ENTRIES 32u

struct order_cache {
    uint32_t next_free; /* must be first (arena) */
    uint32_t index, generation;
    struct {
        uint64_t key;
        uint32_t epoch;
    } entries[CACHE_ENTRIES];
};

size_t order_cache_size(void)
{
    return sizeof(struct order_cache);
}

void must_advance(struct hb_task *task)
{
    task->must_dirty = false;
    task->must = must_with(&task->hb->must, task->must, task->number, ++task->must_epoch);
}

void order_done(struct hb_task *task)
{
    if (task->orders)
        arena_free(&task->hb->order_caches, task->orders->index);
    task->orders = NULL;
}

static struct order_cache *cache_of(struct hb_task *task)
{
    uint32_t generation =
        atomic_load_explicit(&task->hb->lockorder.generation, memory_order_relaxed);
    if (!task->orders) {
        uint32_t index = arena_alloc(&task->hb->order_caches);
        task->orders = arena_at(&task->hb->order_caches, index);
        *task->orders = (struct order_cache){.index = index, .generation = generation};
    }
    if (task->orders->generation != generation)
        *task->orders =
            (struct order_cache){.index = task->orders->index, .generation = generation};
    return task->orders;
}

static uint64_t held_key(const struct hb_task *task)
{
    uint64_t key = task->held_count;
    for (uint32_t i = 0; i < task->held_count; i++) {
        key = (key ^ ((uint64_t)task->held[i].life << 1 | task->held[i].shared)) *
              UINT64_C(0x9e3779b97f4a7c15);
        key ^= key >> 31;
    }
    return key | 1;
}

static struct order_lock order_lock(const struct held_lock *held)
{
    return (struct order_lock){held->life, held->lock, held->acquired, held->shared};
}

static void cycle_report(struct hb_task *task, const struct order_edge *edges, uint32_t length)
{
    struct hb *hb = task->hb;
    struct hb_order_edge told[ORDER_LENGTH_MAX];
    if (!hb->callbacks.lock_order)
        return;
    for (uint32_t i = 0; i < length; i++) {
        const struct order_lock *locks[] = {&edges[i].wanted, &edges[i].held};
        struct hb_lock_info infos[2];
        for (int j = 0; j < 2; j++) {
            struct lock_facts facts = lock_facts(&hb->locks, locks[j]->number);
            infos[j] = (struct hb_lock_info){.addr = facts.addr,
                                             .uid = locks[j]->number,
                                             .kind = (enum hb_lock_kind)facts.kind,
                                             .shared = locks[j]->shared,
                                             .acquired = {locks[j]->place},
                                             .created = {facts.created}};
        }
        told[i] = (struct hb_order_edge){edges[i].task, infos[0], infos[1]};
    }
    hb->callbacks.lock_order(hb->callbacks.arg, task, told, length);
}

/* Not among what it took lately. */
static __attribute__((noinline)) void request_add(struct hb_task *task, uint64_t key)
{
    struct order_lock held[ORDER_HELD_MAX];
    struct order_edge edges[ORDER_LENGTH_MAX];
    uint32_t count = task->held_count - 1;
    if (count > ORDER_HELD_MAX)
        return;
    for (uint32_t i = 0; i < count; i++)
        held[i] = order_lock(&task->held[i]);
    struct order_request request = {.task = task->number,
                                    .epoch = task->must_epoch + 1,
                                    .must = task->must,
                                    .forks = task->hb->forks,
                                    .hash = (uint32_t)(key >> 32) ^ task->number,
                                    .held_count = count,
                                    .wanted = order_lock(&task->held[count])};
    task->must_dirty = true;
    task_set_telling(task);
    uint32_t length = lockorder_add(&task->hb->lockorder, &task->hb->must, &request, held, edges);
    if (length)
        cycle_report(task, edges, length);
}

void order_note(struct hb_task *task)
{
    if (!task->hb->config.lock_order)
        return;
    struct order_cache *cache = cache_of(task);
    uint64_t key = held_key(task);
    uint32_t epoch = task->must_epoch + 1;
    uint32_t at = (uint32_t)(key >> 32) % CACHE_ENTRIES;
    if (cache->entries[at].key == key && cache->entries[at].epoch == epoch)
        return;
    cache->entries[at].key = key;
    cache->entries[at].epoch = epoch;
    request_add(task, key);
}
