/*
 * disturb: what tasks do to each other without a common object: signals and cancellation. Who is
 * disturbed while it stands before an operation is let go by the scheduler without having done it
 * (lib/sched/interrupt.c), attends to it here, as user code of its own, and comes back.
 */
#include "interpose/control/control.h"

uint32_t control_attend_count(const struct sched_op *op, uintptr_t pc)
{
    struct control_thread *self = control_thread(control_self);
    uint32_t handled = 0;
    if (rt_cursor.inside || (op && op->kind == SCHED_END))
        return 0;
    if (control_signals_pending(self))
        handled = control_signals_attend(self, pc);
    if (control_cancel_due(self, op))
        control_cancel_act();
    return handled;
}

void control_attend(const struct sched_op *op)
{
    control_attend_count(op, op ? op->pc : 0);
}

/* Before START it has no code to attend with; at END it has none left. */
static bool may_be_disturbed(const struct control_thread *thread, const struct sched_op *op)
{
    return op && op->kind != SCHED_START && op->kind != SCHED_END && !thread->is_goroutine &&
           !thread->is_inside;
}

void control_disturb(uint32_t task)
{
    struct control_thread *thread = control_thread(task);
    const struct sched_op *op = sched_pending(control_sched, task);
    enum sched_interrupt how = SCHED_UNDISTURBED;
    if (!may_be_disturbed(thread, op))
        return;
    if (!control_signal_due(thread, &how) &&
        (control_cancel_due(thread, op) || control_cancel_waits(thread, op)))
        how = SCHED_RESTARTS;
    if (how != SCHED_UNDISTURBED)
        sched_interrupt(control_sched, control_active() ? control_self : task, task, how);
}
