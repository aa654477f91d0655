/*
 * estimate: how many executions a search will have had in the end, by how much of it seems to be
 * done (explore_done, frontier_left), as a band.
 *
 * A guess is what was executed, divided by the part that is done. It takes what waits at a state
 * for all that will ever be explored from there, so it begins too low and grows as reversals are
 * found, and it takes what is beside one another for equally large, so it may be too high later.
 * How wrong it is shows in how it changed lately: the band reaches from the least guess since half
 * as many executions to the most, and further up by as much as it grew; and a fifth more on either
 * side, since who has not changed may be about to. Nothing of this is proved: on the programs of
 * tests/model/model_estimate.c, whose numbers are known, it holds the truth from the middle on.
 */
#ifndef RACERUN_EXPLORE_ESTIMATE_H
#define RACERUN_EXPLORE_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

enum { ESTIMATE_GUESSES = 32 };

/* Zero at first; memory of the caller's. */
struct estimate {
    struct {
        uint64_t executed;
        double all;
    } guesses[ESTIMATE_GUESSES]; /* the last ones, a ring */
    uint32_t count;
};

/* So many were executed, and this part is done, from 0 to 1. */
void estimate_add(struct estimate *estimate, uint64_t executed, double done);
/* How many there will be; false: nobody can say yet. */
bool estimate_band(const struct estimate *estimate, uint64_t *ret_least, uint64_t *ret_most);

#endif
