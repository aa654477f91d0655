/*
 * story: a failing schedule as people read it: one column a task, one line a step.
 */
#ifndef RACERUN_TOOL_STORY_H
#define RACERUN_TOOL_STORY_H

#include "failure.h"

/* On standard error. Right after the schedule has run: what its tasks stand before is in the block.
 */
void story_tell(const struct worker *worker, const struct failure *failure);

/* The same for formats that programs read: of the findings of the report from number `first` on.
 * `path` and `token` as failure_write gave them. */
void story_report(const struct worker *worker, const struct failure *failure, unsigned first,
                  const char *path, const char *token);

#endif
