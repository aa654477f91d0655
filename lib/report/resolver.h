/*
 * resolver: what turns the indexes and addresses of one record into the model of finding.h. Private
 * to resolve.c and goroutine.c.
 */
#ifndef RACERUN_REPORT_RESOLVER_H
#define RACERUN_REPORT_RESOLVER_H

#include "report/finding.h"

struct resolver {
    const struct space *space;
    struct arena *arena;
    const struct record *record;
    uint32_t pid;
    struct stack *stacks; /* by index; done lazily */
    bool *stack_done;
    struct task *tasks;
    struct image *without_debug; /* the first whose debug information a frame lacked */
};

/* Each takes an index, PROTO_NONE too. */
struct stack resolver_stack(struct resolver *r, uint32_t index);
const struct task *resolver_task(const struct resolver *r, uint32_t index);
/* A static variable that holds these bytes, or NULL. */
const struct variable *resolver_variable(struct resolver *r, uint64_t addr, uint64_t size);

/* Fills what the finding is about, the goroutines in it and its words (goroutine.c). */
void resolver_goroutines(struct resolver *r, struct finding *finding);
/* Words, states and advice of a misuse of threads' own objects (misuse.c). */
void finding_misuse_words(struct finding *finding, struct wait *waits, uint32_t misuse);

#endif
