/*
 * goroutine: what findings say of goroutines and of what they share.
 */
#ifndef RACERUN_INTERPOSE_GOROUTINE_H
#define RACERUN_INTERPOSE_GOROUTINE_H

#include "interpose/finding_builder.h"

struct rgo_finding;
struct rgo_object;

/* ---- who (goroutine_findings.c) ----
 * A task's os_id is a thread's number or, with this bit, a goroutine's. Those of the kernel are
 * below 2^22. */
#define GOROUTINE_BIT 0x80000000u

/* From now on main is the main goroutine. */
RT_HIDDEN void goroutines_begin(void);
/* The number of the goroutine that a task is; 0: a thread. */
RT_HIDDEN uint32_t goroutine_of(uint32_t task, uint32_t os_id);

/* ---- what (goroutine_objects.c) ---- */

struct object_facts {
    uintptr_t addr;
    uint32_t kind;    /* enum proto_object_kind */
    uint32_t life;    /* given when it is remembered: no other has it, even at the same address */
    const char *type; /* the program's, which may be gone: read it with care */
    size_t element_size, capacity;
    uint32_t task;
    struct hb_ctx made;
};
RT_HIDDEN void facts_remember(const struct object_facts *facts);
RT_HIDDEN void facts_forget(uintptr_t addr);
RT_HIDDEN bool facts_find(uintptr_t addr, struct object_facts *ret_facts);
/* One of that kind, which is taken out. */
RT_HIDDEN bool facts_take(uint32_t kind, struct object_facts *ret_facts);
/* The object's index in the finding. */
RT_HIDDEN uint32_t builder_object(struct builder *b, uint32_t kind, uintptr_t addr, size_t size);

/* ---- findings (goroutine_findings.c) ---- */

/* Two accesses race, whether or not that will be told again. */
RT_HIDDEN void goroutine_raced(const struct hb_finding *finding);
/* A race was found by the calling thread: if it is on a channel, or a misuse, that is added. */
RT_HIDDEN void goroutine_finding(struct builder *b);
/* The hooks of these names. */
RT_HIDDEN void goroutine_use(void *task, const struct rgo_object *object, const uint32_t *word,
                             uint32_t side, const void *pc);
RT_HIDDEN bool goroutine_wanted(uint32_t kind);
RT_HIDDEN void goroutine_tell(const struct rgo_finding *finding);

#endif
