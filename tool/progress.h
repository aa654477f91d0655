/*
 * progress: says now and then how far the search is, until it has ended.
 */
#ifndef RACERUN_TOOL_PROGRESS_H
#define RACERUN_TOOL_PROGRESS_H

#include "search.h"

/* How many schedules of an exhaustive search are left, a guess; false: there is none. */
bool progress_left(const struct search *search, uint64_t *ret_least, uint64_t *ret_most);

void progress_begin(struct search *search);
/* Takes the line off the terminal: something else is about to be written. */
void progress_end(struct search *search);

#endif
