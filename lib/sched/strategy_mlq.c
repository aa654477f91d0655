/*
 * mlq: several levels, the highest that has a ready task goes, round robin within one. Who uses up
 * its turn goes one level down, where turns are twice as long; who waits before that stays.
 */
#include "queue.h"

enum { MLQ_QUANTUM = 2, MLQ_LEVELS = 3 };

static bool higher(const struct task *a, const struct task *b)
{
    return a->level < b->level;
}

static uint32_t mlq_pick(struct sched *sched, const struct set *candidates)
{
    uint32_t first = queue_first(sched, candidates, higher);
    uint32_t current = queue_current(sched, candidates);
    const struct task *best = &sched->tasks[candidates->tasks[first]];
    bool stays = current < candidates->count && sched->tasks[sched->current].turn &&
                 !higher(best, &sched->tasks[candidates->tasks[current]]);
    return stays ? current : first;
}

static void mlq_stepped(struct sched *sched, struct task *task)
{
    uint32_t quantum = sched->plan.parameter ? sched->plan.parameter : MLQ_QUANTUM;
    if (sched->current != task_number(sched, task))
        task->turn = 0;
    if (++task->turn < quantum << task->level)
        return;
    task->turn = 0;
    if (task->level + 1 < MLQ_LEVELS)
        task->level++;
}

const struct strategy strategy_mlq = {
    .name = "mlq",
    .help = "three levels, turns of Q, 2 Q and 4 Q steps (mlq:Q, default 2)",
    .takes_parameter = true,
    .natural = true,
    .pick = mlq_pick,
    .stepped = mlq_stepped,
};
