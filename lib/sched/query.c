/*
 * query: what others may ask about the state of an execution.
 */
#include "world.h"

int sched_result(const struct sched *sched, uint32_t task)
{
    return sched->tasks[task].result;
}

int64_t sched_units(const struct sched *sched, uint64_t address)
{
    const struct object *object = object_find(sched, address, OBJECT_SEMAPHORE);
    return object ? (int64_t)object->semaphore.units : -1;
}

uint32_t sched_tasks(const struct sched *sched)
{
    return sched->tasks_count;
}

bool sched_ended(const struct sched *sched, uint32_t task)
{
    return sched->tasks[task].state == TASK_ENDED;
}

const struct sched_op *sched_pending(const struct sched *sched, uint32_t task)
{
    return sched->tasks[task].state == TASK_PENDS ? &sched->tasks[task].op : NULL;
}

uint32_t sched_owner(const struct sched *sched, uint64_t address)
{
    const struct object *mutex = object_find(sched, address, OBJECT_MUTEX);
    const struct object *rwlock = object_find(sched, address, OBJECT_RWLOCK);
    uint32_t owner = mutex ? mutex->mutex.owner : 0;
    if (!owner && rwlock)
        owner = rwlock->rwlock.writer;
    return owner ? owner - 1 : SCHED_NONE;
}

/* The one task that could let it go on, without a time limit; SCHED_NONE: there is none such. */
static uint32_t waited_for(const struct sched *sched, const struct task *task)
{
    if (task->state != TASK_PENDS || task->op.deadline != SCHED_NEVER || outcomes_of(sched, task))
        return SCHED_NONE;
    switch (task->op.kind) {
    case SCHED_JOIN:
        return task->op.count;
    case SCHED_LOCK:
    case SCHED_RDLOCK:
    case SCHED_WRLOCK:
        return sched_owner(sched, task->op.address);
    default:
        return SCHED_NONE;
    }
}

bool sched_entangled(const struct sched *sched)
{
    for (uint32_t i = 0; i < sched->tasks_count; i++) {
        uint32_t at = i, left = sched->tasks_count;
        do
            at = waited_for(sched, &sched->tasks[at]);
        while (at != SCHED_NONE && at != i && --left);
        if (at == i)
            return true;
    }
    return false;
}

const struct trace_note *sched_notes(const struct sched *sched)
{
    return sched->notes;
}

const struct sched_withdrawal *sched_withdrawals(const struct sched *sched, uint32_t *ret_count)
{
    *ret_count = sched->withdrawals_count;
    return sched->withdrawals;
}

bool sched_crowded(const struct sched *sched)
{
    return sched->crowded;
}

bool sched_awaited(const struct sched *sched)
{
    return sched->awaited;
}

bool sched_misled(const struct sched *sched)
{
    return sched->misled;
}

bool sched_spins(const struct sched *sched)
{
    return sched->spins;
}

bool sched_returned(const struct sched *sched, uint32_t task)
{
    return sched->plan.systematic && await_place(&sched->tasks[task]) != NULL;
}

uint64_t sched_event_hash(const struct sched *sched, uint32_t step)
{
    return sched->config.events[step].hash;
}

uint64_t sched_path(const struct sched *sched, uint32_t task)
{
    return sched->tasks[task].path;
}

const struct sched_option *sched_options_at(const struct sched *sched, uint32_t step,
                                            uint32_t *ret_count)
{
    uint32_t begin = step ? sched->options_end[step - 1] : 0;
    *ret_count = sched->options_end[step] - begin;
    return sched->options + begin;
}

uint32_t sched_spurious_left(const struct sched *sched)
{
    return sched->spurious_left;
}

uint32_t sched_steps(const struct sched *sched)
{
    return sched->steps;
}

uint32_t sched_current(const struct sched *sched)
{
    return sched->current;
}

uint32_t sched_planned(const struct sched *sched, uint32_t task)
{
    for (uint32_t i = sched->steps; i < sched->plan.events_count; i++)
        if (sched->plan.events[i].task == task)
            return sched->plan.events[i].kind;
    return SCHED_NONE;
}

uint64_t sched_clock(const struct sched *sched)
{
    return sched->clock;
}

void sched_clock_advance(struct sched *sched, uint64_t ns)
{
    sched->clock += ns;
}

uint64_t sched_trace_hash(const struct sched *sched)
{
    return sched->trace_hash;
}

uint64_t sched_random(struct sched *sched)
{
    return rng_next(&sched->rng_program);
}

/* ---- what could be next ---- */

uint32_t sched_options(const struct sched *sched, struct sched_option *ret_options, uint32_t max)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < sched->tasks_count; i++) {
        const struct task *task = &sched->tasks[i];
        if (task->state != TASK_PENDS)
            continue;
        uint32_t count = outcomes_of(sched, task);
        for (uint32_t at = 0; at < count; at++, found++)
            if (found < max)
                ret_options[found] =
                    (struct sched_option){i, interrupted(task) ? interrupt_outcome(task, at) : at};
        bool timed = task->op.deadline != SCHED_NEVER;
        if (count || !may_give_up(sched, task) || !(timed || sched->spurious_left))
            continue;
        if (found++ < max)
            ret_options[found - 1] =
                (struct sched_option){i, timed ? TRACE_TIMED_OUT : TRACE_SPURIOUS};
    }
    return found;
}

static const char *standing_check(const struct sched *sched, const struct task *task)
{
    bool pends = task->state == TASK_PENDS;
    bool outside = pends && task->op.kind == SCHED_EXTERNAL;
    bool enabled = pends && !outside && outcomes_of(sched, task);
    bool gives_up = pends && !enabled && may_give_up(sched, task);
    bool timed = task->op.deadline != SCHED_NEVER;
    if (!!task->outside_at != outside)
        return "the set of those that the world decides about";
    if (!!task->enabled_at != enabled)
        return "the set of enabled tasks";
    if (!!task->timed_at != (gives_up && timed))
        return "the heap of deadlines";
    if (!!task->napping_at != (gives_up && !timed))
        return "the set of those that may wake without cause";
    return NULL;
}

static bool listed(const struct set *set, uint32_t at, uint32_t task)
{
    return !at || (at <= set->count && set->tasks[at - 1] == task);
}

const char *sched_selfcheck(const struct sched *sched)
{
    uint32_t listed_count = 0, held = 0;
    for (uint32_t i = 0; i < sched->tasks_count; i++) {
        const struct task *task = &sched->tasks[i];
        const char *wrong = standing_check(sched, task);
        if (wrong)
            return wrong;
        if (!listed(&sched->enabled, task->enabled_at, i) ||
            !listed(&sched->timed, task->timed_at, i) ||
            !listed(&sched->napping, task->napping_at, i) ||
            !listed(&sched->outside, task->outside_at, i))
            return "a task's place in a set";
        listed_count += !!task->enabled_at + !!task->timed_at + !!task->napping_at;
        held += task->held_before != 0;
    }
    for (uint32_t i = 1; i < sched->timed.count; i++)
        if (sched->tasks[sched->timed.tasks[i]].op.deadline <
            sched->tasks[sched->timed.tasks[(i - 1) / 2]].op.deadline)
            return "the order of deadlines";
    if (listed_count != sched->enabled.count + sched->timed.count + sched->napping.count)
        return "the size of a set";
    return held == sched->held ? NULL : "the number of tasks held back";
}
