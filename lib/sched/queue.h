/*
 * queue: what the policies of real schedulers share: among the candidates, who is first in line?
 */
#ifndef RACERUN_SCHED_QUEUE_H
#define RACERUN_SCHED_QUEUE_H

#include "world.h"

/* Does a go before b? Only where neither has just yielded; equals go by becoming ready. */
typedef bool queue_order(const struct task *a, const struct task *b);

static inline bool queue_before(const struct task *a, const struct task *b, queue_order *order)
{
    if (a->yielded != b->yielded)
        return b->yielded;
    if (order && order(a, b) != order(b, a))
        return order(a, b);
    return a->ready_at < b->ready_at;
}

/* Index of the first in line; order NULL: first come, first served. */
static inline uint32_t queue_first(const struct sched *sched, const struct set *candidates,
                                   queue_order *order)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < candidates->count; i++)
        if (queue_before(&sched->tasks[candidates->tasks[i]],
                         &sched->tasks[candidates->tasks[best]], order))
            best = i;
    return best;
}

/* Index of the task that took the last step, if it can go on and did not yield; else the count. */
static inline uint32_t queue_current(const struct sched *sched, const struct set *candidates)
{
    if (sched->current == SCHED_NONE || sched->tasks[sched->current].yielded)
        return candidates->count;
    for (uint32_t i = 0; i < candidates->count; i++)
        if (candidates->tasks[i] == sched->current)
            return i;
    return candidates->count;
}

/* Shorter first; unknown is longest. */
static inline uint32_t queue_length(const struct task *task)
{
    return task->length ? task->length : UINT32_MAX;
}

#endif
