/*
 * causes: which step of another task happens before a step of a schedule. What is told is true, but
 * not all: of each operation the edge that its meaning gives (RULES.md, part 1), none where only
 * the schedule put two operations into an order (channels, atomics, descriptors).
 */
#ifndef RACERUN_TOOL_CAUSES_H
#define RACERUN_TOOL_CAUSES_H

#include "failure.h"

enum { CAUSES = 2 };

struct causes {
    uint32_t *objects; /* of each step: the same number, from 1, for the same object; 0 none */
    uint32_t (*after)[CAUSES]; /* of each step: steps, from 1; 0 no more */
};

/* `born` of task i: how many steps had been taken when it was made. */
struct causes causes_find(const struct failure *failure, const struct explore_task *tasks);
void causes_done(struct causes *causes);

#endif
