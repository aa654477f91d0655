/* hb: the engine's own life, and fork. */
#include "hb/engine.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>

#define TASKS_LIVE_MAX (1u << 20)
#define TASKS_MAX (1u << 26)

/* Part of the address space for one table; all tables together take at most a third. */
static size_t share(const struct hb_config *config, uint32_t percent)
{
    return config->address_space ? config->address_space / 300 * percent : SIZE_MAX;
}

static void tables_init(struct hb *hb, const struct hb_config *config)
{
    arena_init(&hb->tasks, sizeof(struct hb_task), TASKS_LIVE_MAX, share(config, 5),
               "too many tasks at once");
    arena_init(&hb->caches, sizeof(struct hb_cache), TASKS_LIVE_MAX, share(config, 1),
               "too many threads at once");
    arena_init(&hb->facts, sizeof(struct task_facts), TASKS_MAX, share(config, 5),
               "too many tasks in one run");
    arena_init(&hb->names, TASK_NAME_SIZE, TASKS_MAX, share(config, 2), "too many names of tasks");
    arena_init(&hb->syncs, sizeof(struct sync), 1u << 26, share(config, 10),
               "too many synchronisation objects");
    arena_init(&hb->units, sizeof(struct unit), 1u << 28, share(config, 3),
               "too many pending semaphore posts");
    arena_init(&hb->edges, sizeof(struct hb_edge), 1u << 24, share(config, 3),
               "too many descriptors");
    arena_init(&hb->crowds, crowd_size(), 1u << 24, share(config, 1),
               "too many concurrent accesses to remember");
    arena_init(&hb->crowd_entries, crowd_entries_size(), 1u << 24, share(config, 1),
               "too many concurrent accesses to remember");
    arena_init(&hb->order_caches, order_cache_size(), TASKS_LIVE_MAX, share(config, 1),
               "too many live tasks");
}

/* Not those of lock order, which are emptied now and then. */
void hb_tables(const struct hb *hb, struct hb_table ret_tables[HB_TABLES])
{
    const struct arena *arenas[] = {
        &hb->tasks,         &hb->caches,        &hb->facts,          &hb->names,
        &hb->syncs,         &hb->units,         &hb->edges,          &hb->crowds,
        &hb->crowd_entries, &hb->order_caches,  &hb->shadow.records, &hb->slots.tenures,
        &hb->clocks.leaves, &hb->clocks.inners, &hb->contexts.keys,  &hb->locksets.keys,
        &hb->locks.keys,
    };
    enum { ARENAS = sizeof arenas / sizeof arenas[0] };
    static_assert(ARENAS + 1 == HB_TABLES, "the slots come after the arenas");
    for (size_t i = 0; i < ARENAS; i++) {
        const struct arena *arena = arenas[i];
        uintptr_t low = (uintptr_t)arena->base;
        ret_tables[i] = (struct hb_table){low, low + (size_t)arena->items_max * arena->item_size,
                                          arena->item_size, (const uint32_t *)&arena->used};
    }
    uintptr_t low = (uintptr_t)hb->slots.slots;
    ret_tables[ARENAS] = (struct hb_table){low, low + sizeof(struct slot) * (SLOT_MAX + 1),
                                           sizeof(struct slot), &hb->slots.used};
}

struct hb *hb_create(const struct hb_config *config, const struct hb_callbacks *callbacks)
{
    struct hb *hb = sys_reserve(sizeof *hb);
    CHECK_MSG(hb, "out of memory");
    hb->config = *config;
    hb->callbacks = *callbacks;
    slots_init(&hb->slots, share(config, 4));
    clock_depot_init(&hb->clocks, share(config, 10));
    intern_init(&hb->contexts, 1u << 28, share(config, 15));
    intern_init(&hb->locksets, 1u << 27, share(config, 5));
    intern_init(&hb->locks, 1u << 27, share(config, 3));
    shadow_init(&hb->shadow, config->shadow_dir, share(config, 25));
    tables_init(hb, config);
    must_init(&hb->must, share(config, 1));
    hb->no_cache.clocks.depot = &hb->clocks;
    heap_init(&hb->heap, config->quarantine_bytes);
    sys_call3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
    return hb;
}

static void frames_release_all(struct hb *hb)
{
    uint32_t used = atomic_load_explicit(&hb->tasks.used, memory_order_relaxed);
    for (uint32_t i = 1; i < used; i++) {
        struct hb_task *task = arena_at(&hb->tasks, i);
        if (task->frames_size > sizeof task->frames_own)
            sys_release(task->frames, task->frames_size);
    }
}

void hb_destroy(struct hb *hb)
{
    frames_release_all(hb);
    heap_done(&hb->heap);
    arena_done(&hb->crowd_entries);
    arena_done(&hb->crowds);
    arena_done(&hb->order_caches);
    lockorder_done(&hb->lockorder);
    must_done(&hb->must);
    arena_done(&hb->edges);
    arena_done(&hb->units);
    arena_done(&hb->syncs);
    arena_done(&hb->names);
    arena_done(&hb->facts);
    arena_done(&hb->caches);
    arena_done(&hb->tasks);
    shadow_done(&hb->shadow);
    intern_done(&hb->locks);
    intern_done(&hb->locksets);
    intern_done(&hb->contexts);
    clock_depot_done(&hb->clocks);
    slots_done(&hb->slots);
    sys_release(hb, sizeof *hb);
}

/* ---- fork ---- */

const struct intern_key *hb_contexts(const struct hb *hb)
{
    return (const struct intern_key *)(const void *)hb->contexts.keys.base;
}

const struct record *hb_records(const struct hb *hb)
{
    return record_at(&hb->shadow, 0);
}

_Atomic uint32_t *hb_paused(struct hb *hb)
{
    return &hb->paused;
}

static bool others_inside(struct hb *hb, const struct hb_cursor *self)
{
    bool inside = atomic_load_explicit(&hb->unseen, memory_order_seq_cst) != 0;
    spin_lock(&hb->live_lock);
    for (const struct hb_task *task = hb->live; task && !inside; task = task->next_live) {
        const struct hb_cursor *cursor = task->cursor;
        inside = cursor && cursor != self &&
                 *(const volatile uint32_t *)&cursor->inside == HB_INSIDE_ENGINE;
    }
    spin_unlock(&hb->live_lock);
    return inside;
}

/* One at a time; who waits for its turn is not inside, or the other would wait for it. */
static void pause_take(struct hb *hb, struct hb_cursor *self)
{
    uint32_t nobody = 0;
    while (!atomic_compare_exchange_strong(&hb->paused, &nobody, (uint32_t)sys_gettid())) {
        self->inside = HB_INSIDE_HOST;
        sys_yield();
        nobody = 0;
    }
    self->inside = HB_INSIDE_ENGINE;
}

/* The barrier makes the pairing of `paused` and `inside` work with plain accesses on the entering
 * side: after it, whoever has not seen the flag is seen inside. */
void hb_fork_prepare(struct hb *hb, struct hb_cursor *self)
{
    pause_take(hb, self);
    sys_call3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    while (others_inside(hb, self))
        sys_yield();
}

bool hb_unseen_begin(struct hb *hb)
{
    atomic_fetch_add_explicit(&hb->unseen, 1, memory_order_seq_cst);
    if (atomic_load_explicit(&hb->paused, memory_order_seq_cst) == 0)
        return true;
    hb_unseen_end(hb);
    return false;
}

void hb_unseen_end(struct hb *hb)
{
    atomic_fetch_sub_explicit(&hb->unseen, 1, memory_order_seq_cst);
}

void hb_fork_parent(struct hb *hb)
{
    atomic_store_explicit(&hb->paused, 0, memory_order_release);
}

void hb_fork_child(struct hb *hb, struct hb_task *task)
{
    hb->live_lock.word = 0;
    atomic_store_explicit(&hb->unseen, 0, memory_order_relaxed);
    slots_floor_all(&hb->slots);
    /* The other tasks are gone; their objects stay as they are, unreachable. */
    hb->live = task;
    task->forks = ++hb->forks;
    task->next_live = task->prev_live = NULL;
    atomic_store_explicit(&hb->tasks_live, 1, memory_order_relaxed);
    sys_call3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
    task_advance(task);
    atomic_store_explicit(&hb->paused, 0, memory_order_release);
}
