/*
 * srt: shortest remaining time: always the task that has the fewest steps left; lengths as in sjn.
 */
#include "queue.h"

static uint32_t remaining(const struct task *task)
{
    uint32_t length = queue_length(task);
    return length > task->steps ? length - task->steps : 0;
}

static bool sooner_done(const struct task *a, const struct task *b)
{
    return remaining(a) < remaining(b);
}

static uint32_t srt_pick(struct sched *sched, const struct set *candidates)
{
    uint32_t first = queue_first(sched, candidates, sooner_done);
    uint32_t current = queue_current(sched, candidates);
    const struct task *best = &sched->tasks[candidates->tasks[first]];
    bool stays = current < candidates->count &&
                 !sooner_done(best, &sched->tasks[candidates->tasks[current]]);
    return stays ? current : first;
}

const struct strategy strategy_srt = {
    .name = "srt",
    .help = "shortest remaining time, with preemption",
    .natural = true,
    .pick = srt_pick,
};
