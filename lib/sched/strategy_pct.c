/*
 * pct: Burckhardt, Kothari, Musuvathi, Nagarakatte, A Randomized Scheduler with Probabilistic
 * Guarantees of Finding Bugs, ASPLOS 2010. Random distinct priorities, the highest goes; just
 * before d - 1 steps chosen at random among the k expected, the task that would take it drops below
 * all others. A bug of depth d is found with a chance of at least 1 / (n k^(d-1)).
 *
 * Priorities are in three bands: those drawn at creation, those of change points, and, for tasks
 * that yield, below all: each lower than the one before.
 */
#include "world.h"

#define BAND_CREATED (UINT64_C(1) << 63)
#define BAND_CHANGED (UINT64_C(1) << 62)
#define BAND_YIELDED (UINT64_C(1) << 61)

enum { PCT_DEPTH = 3, PCT_DEPTH_MAX = 64, PCT_STEPS = 100 };

struct pct {
    uint32_t changes[PCT_DEPTH_MAX]; /* steps, from 1, ascending */
    uint32_t changes_count, changes_done;
    uint64_t lowest;
};

static void change_insert(struct pct *pct, uint32_t step)
{
    uint32_t at = pct->changes_count++;
    for (; at && pct->changes[at - 1] > step; at--)
        pct->changes[at] = pct->changes[at - 1];
    pct->changes[at] = step;
}

static void pct_begin(struct sched *sched)
{
    struct pct *pct = sched->strategy_state;
    uint32_t depth = sched->plan.parameter ? sched->plan.parameter : PCT_DEPTH;
    uint32_t steps = sched->plan.steps_expected ? sched->plan.steps_expected : PCT_STEPS;
    pct->changes_count = pct->changes_done = 0;
    pct->lowest = BAND_YIELDED;
    for (uint32_t i = 1; i < depth && i < PCT_DEPTH_MAX; i++)
        change_insert(pct, 1 + rng_below(&sched->rng, steps));
}

static void pct_created(struct sched *sched, struct task *task)
{
    task->priority = BAND_CREATED | rng_next(&sched->rng) >> 1;
}

/* Is this step (or was one before it that was planned) a change point? Then the task drops. */
static void pct_change(struct sched *sched, struct task *task, uint32_t step)
{
    struct pct *pct = sched->strategy_state;
    while (pct->changes_done < pct->changes_count && pct->changes[pct->changes_done] <= step)
        task->priority = BAND_CHANGED - ++pct->changes_done;
}

static uint32_t pct_highest(const struct sched *sched, const struct set *candidates)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < candidates->count; i++)
        if (sched->tasks[candidates->tasks[i]].priority >
            sched->tasks[candidates->tasks[best]].priority)
            best = i;
    return best;
}

static uint32_t pct_pick(struct sched *sched, const struct set *candidates)
{
    const struct pct *pct = sched->strategy_state;
    uint32_t best = pct_highest(sched, candidates), done = pct->changes_done;
    pct_change(sched, &sched->tasks[candidates->tasks[best]], sched->steps + 1);
    return done == pct->changes_done ? best : pct_highest(sched, candidates);
}

/* There was no choice: a change point counts all the same. */
static void pct_stepped(struct sched *sched, struct task *task)
{
    pct_change(sched, task, sched->steps);
}

static void pct_yielded(struct sched *sched, struct task *task)
{
    struct pct *pct = sched->strategy_state;
    task->priority = --pct->lowest;
}

const struct strategy strategy_pct = {
    .name = "pct",
    .help = "random priorities that change at D - 1 random steps (pct:D, default 3)",
    .takes_parameter = true,
    .begin = pct_begin,
    .created = pct_created,
    .pick = pct_pick,
    .stepped = pct_stepped,
    .yielded = pct_yielded,
};
