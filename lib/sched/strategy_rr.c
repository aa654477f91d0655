/*
 * rr: round robin: as fcfs, but a turn ends after a quantum of steps.
 */
#include "queue.h"

enum { RR_QUANTUM = 5 };

static uint32_t rr_pick(struct sched *sched, const struct set *candidates)
{
    uint32_t quantum = sched->plan.parameter ? sched->plan.parameter : RR_QUANTUM;
    uint32_t index = queue_current(sched, candidates);
    if (index < candidates->count && sched->tasks[sched->current].turn < quantum)
        return index;
    index = queue_first(sched, candidates, NULL); /* who has just pended is the last in line */
    sched->tasks[candidates->tasks[index]].turn = 0;
    return index;
}

static void rr_stepped(struct sched *sched, struct task *task)
{
    if (sched->current != task_number(sched, task))
        task->turn = 0;
    task->turn++;
}

const struct strategy strategy_rr = {
    .name = "rr",
    .help = "round robin with turns of Q steps (rr:Q, default 5)",
    .takes_parameter = true,
    .natural = true,
    .pick = rr_pick,
    .stepped = rr_stepped,
};
