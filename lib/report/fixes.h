/*
 * fixes: what to do about a certain finding, by what was seen: which lock is missing on which side,
 * whether what is raced on looks like a counter or a flag, who frees what others use.
 */
#ifndef RACERUN_REPORT_FIXES_H
#define RACERUN_REPORT_FIXES_H

#include "report/format.h"

enum { FIXES_MAX = 6 };

struct fixes {
    const char *list[FIXES_MAX]; /* sentences in the arena, the best first */
    size_t count;
};

struct fixes fixes_find(const struct finding *finding, struct arena *arena);

#endif
