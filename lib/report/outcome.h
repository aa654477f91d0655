/*
 * outcome: how the run ended, for the summary of formats that programs read. Only the tool knows
 * it, and a process of the tool watches one run, so it is told once, before report_finish(). A
 * report of which nothing was told leaves the facts out.
 */
#ifndef RACERUN_REPORT_OUTCOME_H
#define RACERUN_REPORT_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

struct report_outcome {
    int exit_status; /* of the program, when signal is 0 */
    int signal;      /* that killed it, or 0 */
    uint64_t lost;   /* records that did not fit the journal */
    bool observed;   /* something instrumented was seen */
    /* Instead of exit_status and signal, when many schedules of it were explored: */
    bool explored;
    uint64_t schedules, distinct;
    const char *stopped;  /* why; lives until report_finish() */
};

void report_outcome_set(const struct report_outcome *outcome);
/* NULL when nothing was told. */
const struct report_outcome *report_outcome_get(void);

#endif
