#include "hb/engine.h"

static void task_set_epoch(struct hb_task *task)
{
    task->word = record_epoch(task->slot, task->clock);
    atomic_store_explicit(&task->hb->slots.slots[task->slot].clock, task->clock,
                          memory_order_relaxed);
    if (task->cursor)
        task->cursor->word = task->cursor->ignore ? RECORD_LOCKED : task->word;
}

/* The clock of the slot is used up: the task goes on under another one. */
static void task_renew_slot(struct hb_task *task)
{
    uint32_t before = task->slot, last = task->clock;
    vclock_raise(&task->clocks, &task->known, before, last);
    task->slot = slots_take(&task->hb->slots, &task->known, task->number, &task->clock);
    slots_give(&task->hb->slots, before, last);
}

void task_advance(struct hb_task *task)
{
    if (task->clock >= CLOCK_MAX)
        task_renew_slot(task);
    else
        task->clock++;
    task_set_epoch(task);
}

/* ---- life ---- */

static void live_add(struct hb_task *task)
{
    struct hb *hb = task->hb;
    spin_lock(&hb->live_lock);
    task->next_live = hb->live;
    task->prev_live = NULL;
    if (hb->live)
        hb->live->prev_live = task;
    hb->live = task;
    spin_unlock(&hb->live_lock);
    atomic_fetch_add_explicit(&hb->tasks_live, 1, memory_order_relaxed);
}

static void live_remove(struct hb_task *task)
{
    struct hb *hb = task->hb;
    spin_lock(&hb->live_lock);
    if (task->prev_live)
        task->prev_live->next_live = task->next_live;
    else
        hb->live = task->next_live;
    if (task->next_live)
        task->next_live->prev_live = task->prev_live;
    spin_unlock(&hb->live_lock);
    atomic_fetch_sub_explicit(&hb->tasks_live, 1, memory_order_relaxed);
}

/* All that any task did so far, as far as anyone can tell. */
static void task_know_all(struct hb_task *task)
{
    struct slots *slots = &task->hb->slots;
    spin_lock(&slots->lock);
    uint32_t used = slots->used;
    spin_unlock(&slots->lock);
    for (uint32_t i = 1; i < used; i++)
        vclock_raise(&task->clocks, &task->known, i,
                     atomic_load_explicit(&slots->slots[i].clock, memory_order_relaxed));
}

static void task_inherit(struct hb_task *task, struct hb_task *parent)
{
    struct snapshot start = {0};
    snapshot_assign(parent, &start);
    vclock_share(&task->known, &start.known);
    vclock_raise(&task->clocks, &task->known, start.slot, start.clock);
    snapshot_clear(&parent->clocks, &start);
}

struct hb_task *hb_task_create(struct hb *hb, struct hb_task *parent, uintptr_t call_pc)
{
    uint32_t index = arena_alloc(&hb->tasks);
    struct hb_task *task = arena_at(&hb->tasks, index);
    struct hb_frame *frames = task->frames; /* kept by a recycled task */
    if (frames)
        frames[0] = (struct hb_frame){0};
    size_t frames_size = task->frames_size;
    *task = (struct hb_task){.hb = hb,
                             .index = index,
                             .clocks = {.depot = &hb->clocks},
                             .held_capacity = HELD_INLINE,
                             .frames = frames,
                             .frames_size = frames_size};
    task->held = task->held_inline;
    task->number = arena_alloc(&hb->facts);
    struct task_facts *facts = task_facts(hb, task->number);
    facts->parent = parent ? parent->number : 0;
    facts->created = parent ? context_here(parent, call_pc) : 0;
    if (parent)
        task_inherit(task, parent);
    else
        task_know_all(task);
    task->slot = slots_take(&hb->slots, &task->known, task->number, &task->clock);
    if (parent)
        task_advance(parent);
    task_set_epoch(task);
    live_add(task);
    return task;
}

void hb_task_bind(struct hb_task *task, struct hb_cursor *cursor)
{
    if (!task->frames) {
        task->frames_size = sizeof *task->frames * FRAMES_FIRST;
        task->frames = sys_reserve(task->frames_size);
        CHECK_MSG(task->frames, "out of memory for the call stack of a task");
    }
    task->cursor = cursor;
    task->frames[0] = (struct hb_frame){0};
    cursor->task = task;
    cursor->top = task->frames + task->depth;
    cursor->limit = task->frames + task->frames_size / sizeof *task->frames - 1;
    cursor->word = cursor->ignore ? RECORD_LOCKED : task->word;
}

static void cursor_clear(struct hb_cursor *cursor)
{
    cursor->task = NULL;
    cursor->top = cursor->limit = NULL;
    cursor->word = RECORD_LOCKED;
}

void hb_task_unbind(struct hb_cursor *cursor)
{
    struct hb_task *task = cursor->task;
    task->depth = (size_t)(cursor->top - task->frames);
    task->cursor = NULL;
    cursor_clear(cursor);
}

/* Frees the object; what reports need stays in its facts. */
static void task_release(struct hb_task *task)
{
    struct hb *hb = task->hb;
    vclock_clear(&task->clocks, &task->known);
    clock_pool_drain(&task->clocks);
    arena_free(&hb->tasks, task->index);
}

void hb_task_end(struct hb_task *task)
{
    locks_abandon(task);
    if (task->cursor)
        cursor_clear(task->cursor);
    task->cursor = NULL;
    snapshot_clear(&task->clocks, &task->fence_release);
    snapshot_clear(&task->clocks, &task->loads_seen);
    clock_pool_drain(&task->clocks);
    record_cache_drain(task);
    if (task->held != task->held_inline)
        sys_release(task->held, sizeof *task->held * HELD_MAX);
    task_facts(task->hb, task->number)->ended = true;
    live_remove(task);

    spin_lock(&task->hb->live_lock);
    task->ended = true;
    bool detached = task->detached;
    spin_unlock(&task->hb->live_lock);
    slots_give(&task->hb->slots, task->slot, task->clock);
    if (detached)
        task_release(task);
}

void hb_task_join(struct hb_task *joiner, struct hb_task *ended)
{
    struct snapshot end = {.known = ended->known,
                           .slot = ended->slot,
                           .clock = ended->clock,
                           .single = true,
                           .present = true};
    snapshot_acquire(joiner, &end);
    task_release(ended);
}

void hb_task_detach(struct hb_task *task)
{
    spin_lock(&task->hb->live_lock);
    task->detached = true;
    bool ended = task->ended;
    spin_unlock(&task->hb->live_lock);
    if (ended)
        task_release(task);
}

/* ---- facts ---- */

uint32_t hb_task_number(const struct hb_task *task)
{
    return task->number;
}

void hb_task_set_name(struct hb_task *task, const char *name)
{
    struct task_facts *facts = task_facts(task->hb, task->number);
    size_t i = 0;
    for (; name[i] && i + 1 < sizeof facts->name; i++)
        facts->name[i] = name[i];
    facts->name[i] = 0;
}

void hb_task_set_os_id(struct hb_task *task, uint32_t tid)
{
    task_facts(task->hb, task->number)->os_id = tid;
}

void hb_task_set_stack(struct hb_task *task, uintptr_t low, size_t size)
{
    struct task_facts *facts = task_facts(task->hb, task->number);
    facts->stack_low = low;
    facts->stack_size = size;
}

void hb_task_set_tls(struct hb_task *task, uintptr_t low, size_t size)
{
    struct task_facts *facts = task_facts(task->hb, task->number);
    facts->tls_low = low;
    facts->tls_size = size;
}
