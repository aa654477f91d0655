/*
 * fcfs: first come, first served: a task goes on until it waits or yields, then the one that has
 * been ready longest.
 */
#include "queue.h"

static uint32_t fcfs_pick(struct sched *sched, const struct set *candidates)
{
    uint32_t current = queue_current(sched, candidates);
    return current < candidates->count ? current : queue_first(sched, candidates, NULL);
}

const struct strategy strategy_fcfs = {
    .name = "fcfs",
    .help = "first come, first served; no preemption",
    .natural = true,
    .pick = fcfs_pick,
};
