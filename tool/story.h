/*
 * story: a failing schedule as people read it: one column a task, one line a step.
 */
#ifndef RACERUN_TOOL_STORY_H
#define RACERUN_TOOL_STORY_H

#include "failure.h"

/* On standard error. Right after the schedule has run: what its tasks stand before is in the block.
 */
void story_tell(const struct worker *worker, const struct failure *failure);

#endif
