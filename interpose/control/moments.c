/*
 * moments: what is noted of each step for who tells the schedule to people: since when it could
 * have been taken, which step of another task let it, and the time. A schedule is run once more for
 * that (command.tells), since it means a look at every task before every step.
 */
#include <string.h>

#include "interpose/control/control.h"

void control_moments_begin(void)
{
    memset(control_block->pending, 0, sizeof control_block->pending);
}

/* When a descriptor became ready is not known. */
void control_moments_look(void)
{
    uint32_t next = sched_steps(control_sched) + 1;
    for (uint32_t i = 0; i < sched_tasks(control_sched); i++) {
        const struct sched_op *op = sched_pending(control_sched, i);
        struct explore_moment *moment = &control_block->pending[i];
        struct trace_note note;
        bool possible;
        if (!op || !sched_pending_note(control_sched, i, &note, &possible))
            continue;
        moment->mutex = op->mutex;
        moment->cause = note.cause;
        if (possible && !moment->ready && op->kind != SCHED_EXTERNAL)
            moment->ready = next;
    }
}

/* What was never possible and yet was done, a time-out, became it with this step. */
void control_moment_take(uint32_t task)
{
    uint32_t step = sched_steps(control_sched);
    if (!step)
        return;
    struct explore_moment *moment = &control_block->moments[step - 1];
    *moment = control_block->pending[task];
    moment->clock_ns = sched_clock(control_sched);
    moment->result = sched_result(control_sched, task);
    if (!moment->ready && control_block->trace[step - 1].kind != SCHED_EXTERNAL)
        moment->ready = step;
    memset(&control_block->pending[task], 0, sizeof *moment);
}
