/*
 * compare: random programs, each known by a number, and exhaustive search of them compared with
 * brute force. Of model_explore and of the soak.
 */
#ifndef RACERUN_TESTS_MODEL_COMPARE_H
#define RACERUN_TESTS_MODEL_COMPARE_H

#include "model.h"

/* False: it is none for exhaustive search. */
bool program_drawn(uint64_t seed, uint64_t *rng, struct program *ret_program);

struct compared {
    uint64_t programs, traces, strict; /* strict: searched by the rule of source sets in the end */
    uint64_t executions[3], blocked[3];
};

/*
 * The program with this number, if brute force needs no more than so many executions: all
 * algorithms find its traces and deadlocks; the optimal one has no plan that is not possible,
 * executes no trace twice, and, unless steps vary with more than is known of the state
 * they come in (explore_stats.strict), begins nothing in vain. False: not so; it is printed.
 */
bool compare_program(uint64_t seed, uint64_t executions_max, struct compared *total);
void compared_print(const struct compared *total);

#endif
