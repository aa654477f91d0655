#include "hb/engine.h"

bool snapshot_known(const struct hb_task *task, const struct snapshot *snapshot)
{
    return !snapshot->present ||
           (snapshot->single && task_knows(task, snapshot->slot, snapshot->clock));
}

void snapshot_clear(struct clock_pool *pool, struct snapshot *snapshot)
{
    vclock_clear(pool, &snapshot->known);
    snapshot->present = false;
}

void snapshot_copy(struct clock_pool *pool, struct snapshot *into, const struct snapshot *from)
{
    struct vclock before = into->known;
    *into = *from;
    vclock_share(&into->known, &from->known);
    vclock_clear(pool, &before);
}

void snapshot_assign(struct hb_task *task, struct snapshot *into)
{
    if (into->known.root != task->known.root) {
        vclock_clear(&task->clocks, &into->known);
        vclock_share(&into->known, &task->known);
    }
    into->slot = task->slot;
    into->clock = task->clock;
    into->single = true;
    into->present = true;
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
    vclock_join(pool, &into->known, &from->known);
    if (from->single)
        vclock_raise(pool, &into->known, from->slot, from->clock);
}

void snapshot_merge(struct hb_task *task, struct snapshot *into)
{
    if (snapshot_known(task, into)) {
        snapshot_assign(task, into);
        return;
    }
    snapshot_fold(&task->clocks, into);
    vclock_join(&task->clocks, &into->known, &task->known);
    vclock_raise(&task->clocks, &into->known, task->slot, task->clock);
}

void snapshot_acquire(struct hb_task *task, const struct snapshot *from)
{
    if (snapshot_known(task, from))
        return;
    vclock_join(&task->clocks, &task->known, &from->known);
    if (from->single)
        vclock_raise(&task->clocks, &task->known, from->slot, from->clock);
}
