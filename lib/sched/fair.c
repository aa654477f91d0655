/*
 * fair: a task that only waits for others must not keep them from going on, whatever the strategy.
 *
 * After Musuvathi & Qadeer, Fair Stateless Model Checking, PLDI 2008: a task that yields twice is
 * held back for those that could go all the time in between and did not; each of them sets it free
 * by a step, or by not being able to take one. In the paper these are the tasks that were enabled
 * throughout or disabled by the yielding task; here all that have stood before the same operation
 * since the first of the two yields: one number a task instead of sets, and no less fair. The
 * candidate that has stood longest is never held back, so some candidate always remains.
 *
 * A yield is: YIELD, SLEEP, giving up at a deadline, a failed try; an access that looks like a
 * spin: the same place read the same object again and again and nobody changed it in between; and,
 * as the net below all that, any step of a task that runs on and on while another that could go has
 * not for STARVED steps.
 */
#include <errno.h>

#include "world.h"

enum {
    STARVED = 4096,
    /* A read that saw nothing new weighs more than an update: there are loops that count. */
    STALE_READ = 8,
    STALE_UPDATE = 1,
    STALE_SPIN = 64,
};

/* ---- holding back ---- */

SCHED_APART void fair_filter(const struct sched *sched, struct set *candidates, uint32_t able)
{
    uint32_t oldest = UINT32_MAX, kept = 0;
    for (uint32_t i = 0; i < able; i++) {
        uint32_t since = sched->tasks[candidates->tasks[i]].pended_at;
        oldest = since < oldest ? since : oldest;
    }
    for (uint32_t i = 0; i < candidates->count; i++)
        if (sched->tasks[candidates->tasks[i]].held_before <= oldest)
            candidates->tasks[kept++] = candidates->tasks[i];
    candidates->count = kept;
}

static void hold(struct sched *sched, struct task *task, uint32_t before)
{
    sched->held += (before != 0) - (task->held_before != 0);
    task->held_before = before;
}

/* ---- spins ---- */

/* The place's entry, or that of the one to be overwritten. */
static struct spin_place *spin_find(struct task *task, const struct object *object)
{
    for (int i = 0; i < SPIN_PLACES; i++)
        if (task->spins[i].pc == task->op.pc && task->spins[i].object == object)
            return &task->spins[i];
    return &task->spins[task->steps % SPIN_PLACES];
}

/* Called after the access: its own change is no news to the next. */
static SCHED_APART bool spins(struct task *task, uint64_t changed_before)
{
    const struct object *object = task->object[0];
    struct spin_place *place = spin_find(task, object);
    bool seen = place->pc == task->op.pc && place->object == object &&
                place->changed == changed_before && task->op.kind != SCHED_WRITE;
    uint32_t weight = task->op.kind == SCHED_READ ? STALE_READ : STALE_UPDATE;
    task->stale = seen ? task->stale + weight : 0;
    *place = (struct spin_place){task->op.pc, access_source(task), object};
    if (task->stale < STALE_SPIN)
        return false;
    task->stale = 0;
    return true;
}

/* ---- yields ---- */

static SCHED_APART bool starves_others(const struct sched *sched, const struct task *task)
{
    for (uint32_t i = 0; i < sched->enabled.count; i++) {
        const struct task *other = &sched->tasks[sched->enabled.tasks[i]];
        if (other != task && sched->steps - other->pended_at >= STARVED)
            return true;
    }
    return false;
}

static bool gives_way(const struct task *task, uint32_t outcome)
{
    return task->op.kind == SCHED_YIELD || task->op.kind == SCHED_TICK ||
           outcome == TRACE_TIMED_OUT ||
           (task->semantics->tries && (task->result == EBUSY || task->result == EAGAIN));
}

bool fair_stepped(struct sched *sched, struct task *task, uint32_t outcome, uint64_t changed_before)
{
    bool yields;
    if (task->semantics->class == OBJECT_MEMORY && outcome < TRACE_INTERRUPTED)
        yields = spins(task, changed_before);
    else {
        task->stale = 0;
        yields = gives_way(task, outcome);
    }
    yields = yields || (sched->steps % FAIR_EVERY == 0 && starves_others(sched, task));
    task->yielded = yields;
    if (!yields) {
        if (task->held_before)
            hold(sched, task, 0);
        return false;
    }
    hold(sched, task, task->yielded_at);
    task->yielded_at = sched->steps;
    return true;
}
