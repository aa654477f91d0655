/*
 * written: what a line of source calls the channel that a call on it is about. Debug information
 * knows variables, not which of them was an argument; the line itself says it.
 */
#ifndef RACERUN_REPORT_WRITTEN_H
#define RACERUN_REPORT_WRITTEN_H

#include "report/finding.h"

/*
 * The argument for the channel as it is written, if the line has one channel operation, or one
 * right at the column, and the argument is a variable, member or element: `p->jobs`. Else NULL.
 */
const char *written_channel(struct arena *arena, const struct frame *frame);
/* The line begins a select. */
bool written_select(struct arena *arena, const struct frame *frame);

/* Exposed for tests: the same of a line, `caret` columns into it (SIZE_MAX unknown). */
const char *written_channel_in(struct arena *arena, const char *line, size_t caret);

#endif
