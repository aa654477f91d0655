/*
 * record: journal records that were checked. What comes out of here is safe to index: every index
 * lies in its table or is PROTO_NONE, every count fits, every string ends, task parents form no
 * cycle. The journal is shared with programs that may be dying or hostile, so records are copied
 * before they are checked.
 */
#ifndef RACERUN_REPORT_RECORD_H
#define RACERUN_REPORT_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "proto/proto.h"
#include "report/memory.h"

struct record {
    const struct proto_record *head;
    /* Of the text at the end of process, module and notice records; "" otherwise. */
    const char *text;
    /* Of findings. */
    const struct proto_finding *finding;
    const struct proto_task *tasks;
    const struct proto_stack *stacks;
    const struct proto_lock *locks;
    const uint64_t *pcs;
    const struct proto_object *objects;
    const struct proto_wait *waits;
    const char *words; /* text_size bytes, without an end */
};

/* Copies into `arena`. 0, or -EBADMSG and *ret_record is unspecified. */
int record_check(struct arena *arena, const struct proto_record *raw, size_t readable,
                 struct record *ret_record);

#endif
