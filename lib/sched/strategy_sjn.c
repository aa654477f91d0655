/*
 * sjn: shortest job next: a task goes on until it waits or yields, then the one that takes the
 * fewest steps in all (the program's hint, or what it took in the first execution).
 */
#include "queue.h"

static bool shorter(const struct task *a, const struct task *b)
{
    return queue_length(a) < queue_length(b);
}

static uint32_t sjn_pick(struct sched *sched, const struct set *candidates)
{
    uint32_t current = queue_current(sched, candidates);
    return current < candidates->count ? current : queue_first(sched, candidates, shorter);
}

const struct strategy strategy_sjn = {
    .name = "sjn",
    .help = "shortest job next; no preemption",
    .natural = true,
    .pick = sjn_pick,
};
