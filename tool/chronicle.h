/*
 * chronicle: a failing schedule for formats that programs read: its steps, what orders them, since
 * when each could have been taken, and what its tasks stand before at the end.
 */
#ifndef RACERUN_TOOL_CHRONICLE_H
#define RACERUN_TOOL_CHRONICLE_H

#include "failure.h"

/* Of the findings of the report from number `first` on. Right after the schedule has run, as
 * story_tell. `path` and `token` as failure_write gave them, or NULL. */
void chronicle_report(const struct worker *worker, const struct failure *failure, unsigned first,
                      const char *path, const char *token);

#endif
