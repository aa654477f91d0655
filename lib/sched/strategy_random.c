/*
 * random: a random walk, uniform over the tasks that may go at each step.
 */
#include "world.h"

const struct strategy strategy_random = {
    .name = "random",
    .help = "uniform over the tasks that may go at each step",
};
