#include "hb/engine.h"

#include <string.h>

static void task_set_epoch(struct hb_task *task)
{
    task->word = record_epoch(task->slot, task->clock);
    atomic_store_explicit(&task->hb->slots.slots[task->slot].clock, task->clock,
                          memory_order_relaxed);
    if (task->cursor)
        cursor_set_word(task->cursor, task);
}

/* ---- knowledge ---- */

/* In a new era somebody may hold the current epoch without what is learned in it. */
static void era_follow(struct hb_task *task)
{
    uint32_t era = clock_era(&task->hb->clocks);
    if (task->era == era)
        return;
    task->era = era;
    task->era_clock = task->clock + 1;
}

uint32_t task_epoch_era(struct hb_task *task)
{
    era_follow(task);
    return task->clock >= task->era_clock ? task->era : 0;
}

bool task_within(const struct hb_task *task, const struct vclock *clock, struct clock_entry own)
{
    return vclock_covers(&task->hb->clocks, clock, own, &task->cover);
}

/* The task knows more than before, and if `other` is not CLOCK_NONE who has that knows as much. */
static void cover_renew(struct hb_task *task, struct clock_entry other)
{
    era_follow(task);
    uint32_t clock = task->clock > task->era_clock ? task->clock : task->era_clock;
    struct clock_cover cover = {{{task->slot, clock}, other}, task->era};
    task->cover = cover;
    if (task->known.cover.era != task->era)
        task->known.cover = cover;
}

/* Of a clock with the same tree only the recent entries are news. True: it has all that the task
 * knew. */
static bool recent_learn(struct hb_task *task, const struct clock_entry *recent, uint32_t count)
{
    struct clock_entry cover = task->cover.epochs[0];
    bool within = false;
    for (uint32_t i = 0; i < count; i++) {
        struct clock_entry entry = recent[i];
        if (entry.slot != task->slot)
            vclock_raise(task_pool(task), &task->known, entry.slot, entry.clock);
        else
            within = cover.slot == entry.slot && entry.clock >= cover.clock;
    }
    return within && task->cover.era == clock_era(&task->hb->clocks);
}

/* True: `from`, with `own`, has all that the task knew. */
static bool clock_learn(struct hb_task *task, const struct vclock *from, struct clock_entry own)
{
    if (from->root == task->known.root)
        return recent_learn(task, from->recent, from->recent_count);
    if (task_within(task, from, own)) {
        vclock_assign(task_pool(task), &task->known, from);
        return true;
    }
    vclock_join(task_pool(task), &task->known, CLOCK_ALL_OF(task->slot), from, own);
    return false;
}

/* The task has learned all but `own`; `within`: that has, beside it, all that the task knew. */
static inline void epoch_learn(struct hb_task *task, struct clock_entry own, uint32_t era,
                               bool within)
{
    if (own.clock)
        vclock_raise(task_pool(task), &task->known, own.slot, own.clock);
    cover_renew(task, within && era == clock_era(&task->hb->clocks) ? own : CLOCK_NONE);
    task->learned = true;
}

void task_learn(struct hb_task *task, const struct vclock *from, struct clock_entry own,
                uint32_t era)
{
    epoch_learn(task, own, era, clock_learn(task, from, own));
}

void task_learn_recent(struct hb_task *task, const struct clock_entry *recent, uint32_t count,
                       struct clock_entry own, uint32_t era)
{
    epoch_learn(task, own, era, recent_learn(task, recent, count));
}

void tasks_merge(struct hb_task *task, struct clock_entry mine, struct hb_task *other,
                 struct clock_entry theirs)
{
    vclock_merge(task_pool(task), &task->known, mine, &other->known, theirs);
    cover_renew(task, CLOCK_NONE);
    vclock_assign(task_pool(other), &other->known, &task->known);
    cover_renew(other, CLOCK_NONE);
    task->learned = other->learned = true;
}

/* Only what is the task's own tree anyway: whoever has the task's epoch covers that. */
void task_settle(struct hb_task *task)
{
    const struct clock_cover *cover = &task->known.cover;
    if (task->known.recent_count <= CLOCK_GIVEN ||
        (cover->epochs[0].slot != task->slot && task->known.root))
        return;
    vclock_settle(task_pool(task), &task->known);
    task->known.cover = task->cover;
}

static void cover_add(struct hb_task *task, struct hb_task *by)
{
    if (task_epoch_era(by) != task->era)
        return;
    struct clock_entry own = task->cover.epochs[0], tree = task->known.cover.epochs[0];
    task->cover.epochs[1] = task_epoch(by);
    if (tree.slot == own.slot && tree.clock == own.clock)
        task->known.cover = task->cover;
}

void tasks_cover(struct hb_task *task, struct hb_task *other)
{
    cover_add(task, other);
    cover_add(other, task);
}

/* ---- epochs ---- */

/* The clock of the slot is used up: the task goes on under another one. */
static HB_SLOW void task_renew_slot(struct hb_task *task)
{
    uint32_t before = task->slot, last = task->clock;
    vclock_raise(task_pool(task), &task->known, before, last);
    task->slot = slots_take(&task->hb->slots, &task->known, task->number, &task->clock);
    slots_give(&task->hb->slots, before, last, last);
    task->era = 0;
    cover_renew(task, CLOCK_NONE);
}

void task_advance(struct hb_task *task)
{
    if (task->clock >= CLOCK_MAX)
        task_renew_slot(task);
    else
        task->clock++;
    task->front.acted = task->learned = false;
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

/* All that any task did so far, as far as anyone can tell: in eras of its own. */
static void task_know_all(struct hb_task *task)
{
    struct slots *slots = &task->hb->slots;
    atomic_fetch_add(&task->hb->clocks.era, 1);
    spin_lock(&slots->lock);
    uint32_t used = slots->used;
    spin_unlock(&slots->lock);
    for (uint32_t i = 1; i < used; i++)
        vclock_raise(task_pool(task), &task->known, i,
                     atomic_load_explicit(&slots->slots[i].clock, memory_order_relaxed));
    atomic_fetch_add(&task->hb->clocks.era, 1);
}

static void task_inherit(struct hb_task *task, struct hb_task *parent)
{
    task_settle(parent);
    vclock_share(&task->known, &parent->known);
    vclock_raise(task_pool(task), &task->known, parent->slot, parent->clock);
    task_learn_must(task, task_must(parent));
}

/* A recycled object keeps its frames. */
static void task_clear(struct hb_task *task)
{
    struct hb_frame *frames = task->frames;
    size_t frames_size = task->frames_size;
    memset(task, 0, offsetof(struct hb_task, frames_own));
    task->held = task->held_inline;
    task->held_capacity = HELD_INLINE;
    task->frames = frames_size ? frames : task->frames_own;
    task->frames_size = frames_size ? frames_size : sizeof task->frames_own;
    task->frames[0] = (struct hb_frame){0};
}

struct hb_task *hb_task_create(struct hb *hb, struct hb_task *parent, uintptr_t call_pc)
{
    uint32_t index = arena_alloc(&hb->tasks);
    struct hb_task *task = arena_at(&hb->tasks, index);
    task_clear(task);
    task->hb = hb;
    task->index = index;
    task->forks = hb->forks;
    task->cache = parent ? parent->cache : &hb->no_cache;
    task->number = arena_alloc(&hb->facts);
    struct task_facts *facts = task_facts(hb, task->number);
    facts->parent = parent ? parent->number : 0;
    facts->created = parent ? context_here(parent, call_pc) : 0;
    facts->live = index;
    if (parent)
        task_inherit(task, parent);
    else
        task_know_all(task);
    if (task->number == 1)
        hb->era_closed = clock_era(&hb->clocks);
    if (!parent && task->number > 1)
        task_learn_must(task, MUST_ALL); /* nothing is known of who made it when */
    task->era = clock_era(&hb->clocks);  /* before anyone can see the slot's new clock */
    task->slot = slots_take(&hb->slots, &task->known, task->number, &task->clock);
    task->era_clock = task->clock;
    cover_renew(task,
                parent && task_epoch_era(parent) == task->era ? task_epoch(parent) : CLOCK_NONE);
    if (parent)
        task_advance(parent);
    task_set_epoch(task);
    task->cache = &hb->no_cache;
    task->learned = true; /* what its creator knew */
    live_add(task);
    return task;
}

void hb_task_bind(struct hb_task *task, struct hb_cursor *cursor)
{
    if (!cursor->cache)
        cursor->cache = cache_create(task->hb);
    task->cache = cursor->cache;
    task->cursor = cursor;
    task->frames[0] = (struct hb_frame){0};
    cursor->task = task;
    cursor->top = task->frames + task->depth;
    cursor->limit = task->frames + task->frames_size / sizeof *task->frames - 1;
    cursor_set_word(cursor, task);
}

void hb_task_all_slow(struct hb_task *task, bool all_slow)
{
    task->hb->config.all_slow = all_slow;
    cursor_set_word(task->cursor, task);
}

static void cursor_clear(struct hb_cursor *cursor)
{
    cursor->task = NULL;
    cursor->top = cursor->limit = NULL;
    cursor->word = cursor->quiet_word = RECORD_LOCKED;
}

void hb_task_unbind(struct hb_cursor *cursor)
{
    struct hb_task *task = cursor->task;
    task->depth = (uint32_t)(cursor->top - task->frames);
    task->cursor = NULL;
    task->cache = &task->hb->no_cache;
    cursor_clear(cursor);
}

bool hb_task_is_bound(const struct hb_task *task)
{
    return task->cursor != NULL;
}

/* Frees the object; what reports need stays in its facts. */
static void task_release(struct hb_task *task, struct hb_cache *cache)
{
    struct hb *hb = task->hb;
    vclock_clear(&cache->clocks, &task->known);
    arena_free(&hb->tasks, task->index);
}

void hb_task_end(struct hb_task *task)
{
    CHECK(!task->ended);
    locks_abandon(task);
    if (task->cursor)
        cursor_clear(task->cursor);
    task->cursor = NULL;
    snapshot_clear(task_pool(task), &task->fence_release);
    snapshot_clear(task_pool(task), &task->loads_seen);
    order_done(task);
    if (task->held != task->held_inline)
        sys_release(task->held, sizeof *task->held * HELD_MAX);
    live_remove(task);

    spin_lock(&task->hb->live_lock);
    task_facts(task->hb, task->number)->live = 0;
    task->ended = true;
    bool detached = task->detached;
    struct hb *hb = task->hb;
    struct hb_cache *cache = task->cache;
    uint32_t slot = task->slot, clock = task->clock, last = clock - 1;
    if (task->front.acted || (task->learned && !detached))
        last = clock;
    task->cache = &hb->no_cache;
    spin_unlock(&hb->live_lock); /* who waits for the end may free it from here on */
    slots_give(&hb->slots, slot, clock, last);
    if (detached)
        task_release(task, cache);
}

void hb_task_join(struct hb_task *joiner, struct hb_task *ended)
{
    struct snapshot end = {.known = ended->known,
                           .slot = ended->slot,
                           .clock = ended->clock,
                           .era = task_epoch_era(ended),
                           .must = task_must(ended),
                           .single = true,
                           .present = true};
    snapshot_acquire(joiner, &end);
    task_release(ended, joiner->cache);
}

void hb_task_detach(struct hb_task *task)
{
    spin_lock(&task->hb->live_lock);
    task->detached = true;
    bool ended = task->ended;
    spin_unlock(&task->hb->live_lock);
    if (ended)
        task_release(task, &task->hb->no_cache);
}

/* ---- facts ---- */

uint32_t hb_task_number(const struct hb_task *task)
{
    return task->number;
}

void hb_task_set_host(struct hb_task *task, void *host)
{
    task->host = host;
}

void hb_task_set_name(struct hb_task *task, const char *name)
{
    struct task_facts *facts = task_facts(task->hb, task->number);
    if (!facts->name && !name[0])
        return;
    uint32_t number = facts->name ? facts->name : arena_alloc(&task->hb->names);
    char *to = arena_at(&task->hb->names, number);
    size_t i = 0;
    for (; name[i] && i + 1 < TASK_NAME_SIZE; i++)
        to[i] = name[i];
    to[i] = 0;
    facts->name = number;
}

void hb_task_set_os_id(struct hb_task *task, uint32_t tid)
{
    task_facts(task->hb, task->number)->os_id = tid;
}

void hb_task_set_stack(struct hb_task *task, uintptr_t low, size_t size)
{
    task->stack_low = low;
    task->stack_size = size;
}

void hb_task_set_tls(struct hb_task *task, uintptr_t low, size_t size)
{
    task->tls_low = low;
    task->tls_size = size;
}
