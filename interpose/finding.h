/*
 * finding: turns what the engine found into a flat record of the journal.
 */
#ifndef RACERUN_INTERPOSE_FINDING_H
#define RACERUN_INTERPOSE_FINDING_H

#include <stdint.h>

#include "interpose/runtime.h"

/* struct hb_callbacks.finding */
RT_HIDDEN void finding_report(void *arg, struct hb_task *task, const struct hb_finding *finding);
struct builder;
/* Counts and writes it; obeys halt_on_error where the process would go on. */
RT_HIDDEN void finding_commit(struct builder *b);
/* Ends the process, unless the tool says that this one does not count. */
RT_HIDDEN void finding_halt(const struct proto_finding *record);
RT_HIDDEN void finding_counts(uint32_t *ret_findings, uint32_t *ret_dropped);
/* In a forked child: its own counts start anew; what was reported stays known. */
RT_HIDDEN void finding_fork_child(void);

#endif
