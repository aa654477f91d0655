/*
 * interrupt: tasks that disturb each other. A task that a signal or a cancellation has come to goes
 * on without having done its operation, attends to it, and may come back to the operation. Where it
 * waits in one that a handler ends (EINTR), it has either come before the wait began, which then
 * begins anew, or while it waited: a choice, and many a lost signal is the first of the two.
 *
 * Which signal it is, whom it is blocked by and what its handler is, is the caller's.
 */
#include "semantics.h"

#include <errno.h>

static bool may_break(const struct task *task)
{
    switch ((enum sched_breaks)task->op.breaks) {
    case SCHED_BREAKS_NEVER:
        return false;
    case SCHED_BREAKS_MAYBE:
        return task->interrupt == SCHED_ENDS;
    case SCHED_BREAKS_ALWAYS:
    case SCHED_BREAKS_AT_ONCE:
        return true;
    }
    return false;
}

/* It waits only where it cannot go on. */
static bool breaks(const struct sched *sched, const struct task *task)
{
    return may_break(task) && task->semantics->outcomes && !task->semantics->outcomes(sched, task);
}

SCHED_APART uint32_t interrupts_of(const struct sched *sched, const struct task *task)
{
    return 1 + (task->op.breaks != SCHED_BREAKS_AT_ONCE && breaks(sched, task));
}

SCHED_APART uint32_t interrupt_outcome(const struct task *task, uint32_t index)
{
    return task->op.breaks == SCHED_BREAKS_AT_ONCE ? TRACE_BROKEN : TRACE_INTERRUPTED + index;
}

void sched_interrupt(struct sched *sched, uint32_t by, uint32_t number, enum sched_interrupt how)
{
    struct task *task = &sched->tasks[number];
    struct object *own = object_at(sched, task, number + 1, OBJECT_TASK);
    if (task->state != TASK_PENDS)
        return;
    task->interrupt = (uint8_t)how;
    if (how != SCHED_UNDISTURBED)
        own->past[0].changed = rng_mix(own->past[0].changed + sched->tasks[by].hash);
    standing_update(sched, task);
}

/* ---- cancellation ---- */

const struct op_semantics op_task = {.class = OBJECT_TASK};

/* Loops that do nothing else wait for others. */
static int testcancel_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    (void)sched, (void)task, (void)outcome;
    return EAGAIN;
}
const struct op_semantics op_testcancel = {
    .class = OBJECT_TASK,
    .tries = true,
    .execute = testcancel_execute,
};
