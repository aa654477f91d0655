/*
 * swap: the two orders that goroutines have and threads do not: by a slot of a channel's buffer,
 * and by a rendezvous. Each side's epoch ends first; what it leaves carries nothing of what it
 * finds.
 */
#include "hb/engine.h"

/* Those who talk through a buffer have their tree in common most of the time: then what is found
 * are a few entries, and no node gains or loses a reference. False: nothing was done. */
static inline bool swap_recent(struct hb_task *task, struct sync_ref *ref)
{
    struct snapshot *slot = &ref->sync->released;
    if (!slot->present || !slot->single || slot->known.root != task->known.root ||
        slot->known.recent_count > CLOCK_GIVEN || task->known.recent_count > CLOCK_GIVEN)
        return false;
    struct clock_entry recent[CLOCK_GIVEN], own = {slot->slot, slot->clock};
    uint32_t count = slot->known.recent_count, era = slot->era, must = slot->must;
    for (uint32_t i = 0; i < CLOCK_GIVEN; i++)
        recent[i] = slot->known.recent[i];
    snapshot_assign(task, slot);
    sync_close(ref);
    task_advance(task);
    task_learn_must(task, must);
    if (era != clock_era(&task->hb->clocks) || !task_knows(task, own.slot, own.clock))
        task_learn_recent(task, recent, count, own, era);
    return true;
}

static HB_APART void swap_trees(struct hb_task *task, struct sync_ref *ref)
{
    struct snapshot *slot = &ref->sync->released, found;
    if (slot->known.root != task->known.root)
        task_settle(task);
    snapshot_move(&found, slot);
    snapshot_assign(task, slot);
    sync_close(ref);
    task_advance(task);
    snapshot_acquire(task, &found);
    snapshot_clear(task_pool(task), &found);
}

HB_WHOLE void hb_swap(struct hb_task *task, uintptr_t addr)
{
    struct sync_ref ref;
    sync_open(task, addr, &ref, false);
    sync_become(task, ref.sync, SYNC_EDGE);
    if (!swap_recent(task, &ref))
        swap_trees(task, &ref);
}

/* One of the trees, or neither, has what the other does not. */
static bool trees_part(struct hb_task *task, struct clock_entry mine, struct hb_task *other,
                       struct clock_entry theirs)
{
    struct clock_depot *depot = &task->hb->clocks;
    const struct vclock *a = &task->known, *b = &other->known;
    return a->root && b->root && a->root != b->root && !vclock_covers(depot, a, mine, &b->cover) &&
           !vclock_covers(depot, b, theirs, &a->cover);
}

/* Each side's epoch has ended; those were `mine` and `theirs`. */
static void meet_recent(struct hb_task *task, struct clock_entry mine, uint32_t mine_era,
                        struct hb_task *other, struct clock_entry theirs, uint32_t theirs_era)
{
    task_learn(task, &other->known, theirs, theirs_era);
    vclock_assign(task_pool(other), &other->known, &task->known);
    task_learn(other, &task->known, mine, mine_era);
}

/* What the two know besides is then the same for both. */
HB_WHOLE void hb_meet(struct hb_task *task, struct hb_task *other)
{
    struct clock_entry mine = task_epoch(task), theirs = task_epoch(other);
    uint32_t mine_era = task_epoch_era(task), theirs_era = task_epoch_era(other);
    struct hb_cache *cache = other->cache;
    other->cache = task->cache;
    bool part = trees_part(task, mine, other, theirs);
    if (!part && other->known.root != task->known.root) {
        task_settle(task);
        task_settle(other);
    }
    task_advance(task);
    task_advance(other);
    if (part)
        tasks_merge(task, mine, other, theirs);
    else
        meet_recent(task, mine, mine_era, other, theirs, theirs_era);
    task_learn_must(task, task_must(other));
    task_learn_must(other, task_must(task));
    tasks_cover(task, other);
    other->cache = cache;
}
