#include "hb/engine.h"

/* Who has the epoch of a release has what it carries, if the epoch is of this era: else a task of
 * unknown past may have been given the epoch before its owner had learned all of that. */
bool snapshot_known(const struct hb_task *task, const struct snapshot *snapshot)
{
    return !snapshot->present ||
           (snapshot->single && snapshot->era == clock_era(&task->hb->clocks) &&
            task_knows(task, snapshot->slot, snapshot->clock));
}

void snapshot_clear(struct clock_pool *pool, struct snapshot *snapshot)
{
    vclock_clear(pool, &snapshot->known);
    snapshot->must = 0;
    snapshot->present = false;
}

static inline void head_copy(struct snapshot *into, const struct snapshot *from)
{
    into->single = from->single;
    into->present = from->present;
    into->slot = from->slot;
    into->clock = from->clock;
    into->era = from->era;
    into->must = from->must;
}

void snapshot_copy(struct clock_pool *pool, struct snapshot *into, const struct snapshot *from)
{
    vclock_assign(pool, &into->known, &from->known);
    head_copy(into, from);
}

void snapshot_move(struct snapshot *into, struct snapshot *from)
{
    vclock_move(&into->known, &from->known);
    head_copy(into, from);
    from->must = 0;
    from->present = false;
}

/* Of the task's own release, later than the epoch in which it learned last: its clocks are what the
 * task knows, and lie in the same nodes. */
static inline bool snapshot_is_of_now(const struct hb_task *task, const struct snapshot *snapshot)
{
    struct clock_entry learned = task->cover.epochs[0];
    return snapshot->present && snapshot->single && snapshot->slot == task->slot &&
           learned.slot == task->slot && snapshot->clock > learned.clock &&
           snapshot->known.root == task->known.root;
}

void snapshot_assign_lock(struct hb_task *task, struct snapshot *into)
{
    if (!snapshot_is_of_now(task, into))
        vclock_assign(task_pool(task), &into->known, &task->known);
    into->slot = task->slot;
    into->clock = task->clock;
    into->era = task_epoch_era(task);
    into->must = 0;
    into->single = true;
    into->present = true;
}

void snapshot_assign(struct hb_task *task, struct snapshot *into)
{
    snapshot_assign_lock(task, into);
    into->must = task_must(task);
}

static struct must *must_of(struct clock_pool *pool)
{
    return &((struct hb *)((char *)pool->depot - offsetof(struct hb, clocks)))->must;
}

/* Folds a single snapshot's own epoch into its clock. */
static void snapshot_fold(struct clock_pool *pool, struct snapshot *snapshot)
{
    if (snapshot->single)
        vclock_raise(pool, &snapshot->known, snapshot->slot, snapshot->clock);
    snapshot->single = false;
}

void snapshot_join(struct clock_pool *pool, struct snapshot *into, const struct snapshot *from)
{
    if (!from->present)
        return;
    if (!into->present) {
        snapshot_copy(pool, into, from);
        return;
    }
    snapshot_fold(pool, into);
    into->must = must_join(must_of(pool), into->must, from->must);
    vclock_join(pool, &into->known, CLOCK_NONE, &from->known, CLOCK_NONE);
    if (from->single)
        vclock_raise(pool, &into->known, from->slot, from->clock);
}

void snapshot_merge_lock(struct hb_task *task, struct snapshot *into)
{
    if (snapshot_known(task, into)) {
        snapshot_assign_lock(task, into);
        return;
    }
    struct clock_pool *pool = task_pool(task);
    snapshot_fold(pool, into);
    if (!task_within(task, &into->known, CLOCK_NONE))
        vclock_join(pool, &into->known, CLOCK_NONE, &task->known, CLOCK_ALL_OF(task->slot));
    vclock_raise(pool, &into->known, task->slot, task->clock);
}

void snapshot_merge(struct hb_task *task, struct snapshot *into)
{
    uint32_t before = into->must;
    snapshot_merge_lock(task, into);
    into->must = must_join(&task->hb->must, before, task_must(task));
}

void snapshot_acquire(struct hb_task *task, const struct snapshot *from)
{
    task_learn_must(task, from->must);
    if (snapshot_known(task, from))
        return;
    if (from->single)
        task_learn(task, &from->known, (struct clock_entry){from->slot, from->clock}, from->era);
    else
        task_learn(task, &from->known, CLOCK_NONE, 0);
}
