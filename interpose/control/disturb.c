/*
 * disturb: what tasks do to each other without a common object: cancel. Who is disturbed while it
 * stands before an operation is let go by the scheduler without having done it
 * (lib/sched/interrupt.c), attends to it here, as user code of its own, and comes back.
 */
#include "interpose/control/control.h"

void control_attend(const struct sched_op *op)
{
    struct control_thread *self = control_thread(control_self);
    if (!rt_cursor.inside && control_cancel_due(self, op))
        control_cancel_act();
}

/* Before START it has no code to attend with; at END it has none left. */
static bool may_be_disturbed(const struct control_thread *thread, const struct sched_op *op)
{
    return op && op->kind != SCHED_START && op->kind != SCHED_END && !thread->is_goroutine &&
           !thread->is_inside;
}

void control_disturb(uint32_t task)
{
    const struct control_thread *thread = control_thread(task);
    const struct sched_op *op = sched_pending(control_sched, task);
    if (!may_be_disturbed(thread, op))
        return;
    if (control_cancel_due(thread, op) || control_cancel_waits(thread, op))
        sched_interrupt(control_sched, control_self, task, SCHED_RESTARTS);
}
