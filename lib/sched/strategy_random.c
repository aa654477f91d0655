/*
 * random: a random walk, uniform over the tasks that may go at each step.
 */
#include "world.h"

static uint32_t random_pick(struct sched *sched, const struct set *candidates)
{
    return rng_below(&sched->rng, candidates->count);
}

const struct strategy strategy_random = {
    .name = "random",
    .help = "uniform over the tasks that may go at each step",
    .pick = random_pick,
};
