/*
 * steady: the task that runs goes on while it can and does not yield, then the one that was made
 * first. No preemptions: what follows a plan when the shortest story is wanted.
 */
#include "queue.h"

static bool made_first(const struct task *a, const struct task *b)
{
    return a < b;
}

static uint32_t steady_pick(struct sched *sched, const struct set *candidates)
{
    uint32_t current = queue_current(sched, candidates);
    return current < candidates->count ? current : queue_first(sched, candidates, made_first);
}

const struct strategy strategy_steady = {
    .name = "steady",
    .help = "switch only where a task cannot go on",
    .natural = true,
    .pick = steady_pick,
};
