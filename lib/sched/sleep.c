/*
 * sleep: sleep sets (Godefroid: Partial-Order Methods for the Verification of Concurrent Systems,
 * LNCS 1032, 1996). The plan says which steps need not be taken where it ends, because all that
 * begins with them was explored; each sleeps until a step that depends on it.
 */
#include "world.h"

void sleep_begin(struct sched *sched)
{
    sched->sleepers_count = 0;
}

void sleep_fall(struct sched *sched)
{
    const struct sched_plan *plan = &sched->plan;
    if (sched->steps != plan->firm_count || !plan->systematic)
        return;
    for (uint32_t i = 0; i < plan->sleepers_count && i < SLEEPERS_MAX; i++)
        sched->sleepers[sched->sleepers_count++] = &plan->sleepers[i];
}

bool sleep_has(const struct sched *sched, uint32_t task, uint32_t outcome)
{
    bool chooses = sched->tasks[task].op.kind == SCHED_CHOOSE;
    for (uint32_t i = 0; i < sched->sleepers_count; i++)
        if (sched->sleepers[i]->task == task && sched->sleepers[i]->outcome == outcome &&
            (sched->sleepers[i]->kind == SCHED_CHOOSE) == chooses)
            return true;
    return false;
}

/* A sleeper's note is that of the execution in which it was taken: nothing that happened since
 * would have changed it, or it would not sleep any more. */
void sleep_step(struct sched *sched, const struct trace_note *step)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sched->sleepers_count; i++)
        if (note_sleeps_on(sched->sleepers[i], step))
            sched->sleepers[kept++] = sched->sleepers[i];
    sched->sleepers_count = kept;
}

SCHED_APART uint32_t sleep_awake_outcome(const struct sched *sched, const struct task *task)
{
    uint32_t number = task_number(sched, task), count = outcomes_of(sched, task);
    if (!count) {
        uint32_t gives_up = task->op.deadline != SCHED_NEVER ? TRACE_TIMED_OUT : TRACE_SPURIOUS;
        return sleep_has(sched, number, gives_up) ? TRACE_ANY : gives_up;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t outcome = interrupted(task) ? interrupt_outcome(task, i) : i;
        if (!sleep_has(sched, number, outcome))
            return outcome;
    }
    return TRACE_ANY;
}

/* Where fairness or time would rather have those go that sleep: whoever else can, at last without
 * cause. */
static uint32_t others_find(struct sched *sched)
{
    uint32_t found = 0, naps = 0;
    for (uint32_t i = 0; i < sched->tasks_count; i++) {
        const struct task *task = &sched->tasks[i];
        bool able = task->state == TASK_PENDS && (task->enabled_at || task->timed_at);
        if (able && sleep_awake_outcome(sched, task) != TRACE_ANY)
            sched->awake.tasks[found++] = i;
    }
    for (; !found && sched->spurious_left && naps < sched->napping.count; naps++)
        if (!sleep_has(sched, sched->napping.tasks[naps], TRACE_SPURIOUS))
            sched->awake.tasks[found++] = sched->napping.tasks[naps];
    return found;
}

SCHED_APART const struct set *sleep_filter(struct sched *sched, const struct set *candidates)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < candidates->count; i++) {
        uint32_t task = candidates->tasks[i];
        if (sleep_awake_outcome(sched, &sched->tasks[task]) != TRACE_ANY)
            sched->awake.tasks[kept++] = task;
    }
    sched->awake.count = kept ? kept : others_find(sched);
    return &sched->awake;
}
