/*
 * verdict: a failing schedule as a finding of the report: a deadlock, a failed assertion and the
 * like.
 */
#ifndef RACERUN_TOOL_VERDICT_H
#define RACERUN_TOOL_VERDICT_H

#include "failure.h"

/* Right after the schedule has run. True when it was printed: it is new and not suppressed. Nothing
 * for outcomes of which the detector has told. */
bool verdict_report(const struct worker *worker, const struct failure *failure);

/* It did not fail again, right after it was run again: something else than the schedule decides. */
bool verdict_report_chance(const struct worker *worker, const struct failure *failure);

#endif
