/*
 * priority: the most important task that can go, by the priorities that the program gave
 * (sched_task_hint); equals take no step from each other.
 */
#include "queue.h"

static bool more_important(const struct task *a, const struct task *b)
{
    return a->importance > b->importance;
}

static uint32_t priority_pick(struct sched *sched, const struct set *candidates)
{
    uint32_t first = queue_first(sched, candidates, more_important);
    uint32_t current = queue_current(sched, candidates);
    const struct task *best = &sched->tasks[candidates->tasks[first]];
    bool stays = current < candidates->count &&
                 !more_important(best, &sched->tasks[candidates->tasks[current]]);
    return stays ? current : first;
}

const struct strategy strategy_priority = {
    .name = "priority",
    .help = "the program's own priorities, strictly",
    .natural = true,
    .pick = priority_pick,
};
