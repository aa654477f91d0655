/*
 * finding_builder: a finding under construction. It lives in a private mapping of its own (findings
 * are rare, the tables can be large, the caller's stack may be small) and is copied into the
 * journal in one go. What does not fit its tables is left out.
 */
#ifndef RACERUN_INTERPOSE_FINDING_BUILDER_H
#define RACERUN_INTERPOSE_FINDING_BUILDER_H

#include <stddef.h>

#include "interpose/runtime.h"

enum {
    BUILDER_TASKS = 128,
    BUILDER_STACKS = 512,
    BUILDER_LOCKS = 64,
    BUILDER_WAITS = 64,
    BUILDER_OBJECTS = 64,
    BUILDER_PCS = 262144,
    BUILDER_TEXT = 1024,
};

struct builder {
    struct proto_finding finding;
    bool goes_on; /* the process would go on after it, whatever its kind */
    bool is_last; /* it would not: it ends, unless the finding is suppressed */
    struct proto_task tasks[BUILDER_TASKS];
    struct proto_stack stacks[BUILDER_STACKS];
    uint32_t stack_ctx[BUILDER_STACKS]; /* 0: is of no context */
    struct proto_lock locks[BUILDER_LOCKS];
    struct proto_object objects[BUILDER_OBJECTS];
    struct proto_wait waits[BUILDER_WAITS];
    char text[BUILDER_TEXT];
    uint64_t pcs[BUILDER_PCS];
};

/* All indexes of the finding are PROTO_NONE. Out of memory is fatal. */
RT_HIDDEN struct builder *builder_begin(enum proto_finding_kind kind);
RT_HIDDEN void builder_end(struct builder *b);

/* Each returns an index, PROTO_NONE for nothing known or no room. */
RT_HIDDEN uint32_t builder_stack(struct builder *b, struct hb_ctx ctx);
RT_HIDDEN uint32_t builder_stack_pcs(struct builder *b, const void *const *pcs, size_t count);
/* The task and those that created it, up to the first. */
RT_HIDDEN uint32_t builder_task(struct builder *b, uint32_t number);

/* The frame on the stack of task `owner` that holds addr, as proto.h's place_frame. False: unknown.
 */
RT_HIDDEN bool builder_frame(uint32_t owner, uintptr_t addr, uint64_t *ret_pc, uint64_t *ret_cfa);

/* The record, or NULL when the journal is full. */
RT_HIDDEN struct proto_finding *builder_write(struct builder *b);

#endif
