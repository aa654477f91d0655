/*
 * chance: the exact probability that a strategy takes the steps of a small program in a given
 * order, computed from the strategy's definition: nothing of lib/sched is used.
 *
 * A program is a text: tasks separated by '|', each a string of steps. A letter is a write of that
 * variable, '(' and ')' take and give one lock, '[' and ']' another. An order is a string of task
 * numbers, a digit a step; where nobody can go on it ends.
 */
#ifndef RACERUN_TESTS_CHANCE_H
#define RACERUN_TESTS_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

enum { CHANCE_TASKS = 4, CHANCE_STEPS = 16, CHANCE_LOCKS = 2 };

struct chance_program {
    int tasks, steps; /* of all together */
    char code[CHANCE_TASKS][CHANCE_STEPS];
};

void chance_parse(const char *text, struct chance_program *ret_program);
/* All orders. */
void chance_orders(const struct chance_program *program,
                   void (*visit)(void *context, const char *order), void *context);

double chance_random(const struct chance_program *program, const char *order);
/* Change points are drawn from 1 .. steps. */
double chance_pct(const struct chance_program *program, int depth, const char *order);
double chance_pos(const struct chance_program *program, const char *order);
/* With the counts of an execution in which each task took all its steps. */
double chance_surw(const struct chance_program *program, const char *order);
/* The policies of real schedulers have one order; of programs without locks. */
double chance_policy(const struct chance_program *program, const char *name, int quantum,
                     const char *order);

/* Do `hits` of `runs` lie in the interval that a chance p allows (Clopper & Pearson 1934), which
 * errs once in a million? */
bool chance_allows(double p, int64_t hits, int64_t runs);

#endif
