/*
 * finding_seen: which findings are worth telling again. A race in a loop must cost next to nothing
 * and must not fill the journal, yet two races must not be taken for one because they pass through
 * the same helper function or hit neighbouring variables.
 */
#ifndef RACERUN_INTERPOSE_FINDING_SEEN_H
#define RACERUN_INTERPOSE_FINDING_SEEN_H

#include "interpose/runtime.h"

/* True when the finding is to be told: its pair of calling contexts is new, or its address is one
 * of the first, or on one of the first pages, of that pair. The tool groups more finely, by names.
 */
RT_HIDDEN bool finding_seen_first(const struct hb_finding *finding);
/* The same for what is no race: is this pair of contexts (the second may be unknown) new for
 * `what`?
 */
RT_HIDDEN bool finding_seen_pair(uint64_t what, struct hb_ctx now, struct hb_ctx before);
/* The two places, innermost, of the accesses: the same for the same race in another process. */
RT_HIDDEN void finding_places(const struct hb_finding *finding, uintptr_t *ret_now,
                              uintptr_t *ret_before);

#endif
