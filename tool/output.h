/*
 * output: what a schedule wrote and returned, and how two of them differ.
 */
#ifndef RACERUN_TOOL_OUTPUT_H
#define RACERUN_TOOL_OUTPUT_H

#include "campaign.h"

struct output {
    char *text; /* standard output; ends with 0 */
    size_t size;
    uint32_t status;
};

/* Of the schedule that the worker ran last. */
void output_take(struct output *ret_output, const struct worker *worker);
void output_done(struct output *output);

/* On standard error: all that the worker's last schedule wrote, shortened; nothing if that is
 * nothing. */
void output_show(const struct worker *worker);
/* On standard error: lines of `before` (-) in whose place `after` has others (+). */
void output_compare(const struct output *before, const struct output *after);

#endif
