/*
 * must: the order that would be there whoever got a lock first (P15): create and join, barriers,
 * semaphores, wake-ups, atomics of any memory order, ... but no hand-over of a lock.
 *
 * Only acquisitions of a lock within others are asked about, so only tasks that made one have a
 * component, and it advances only with the first release after one. So the clocks of most programs
 * are all empty, and of others few and small: they are hash-consed sets of (task, epoch), named by
 * numbers; 0 is the empty one. Where a clock might be too large, order is assumed, and a cycle
 * missed. When the room is used up, everything is ordered (MUST_ALL).
 */
#ifndef RACERUN_HB_MUST_H
#define RACERUN_HB_MUST_H

#include <stddef.h>

#include "base/spin.h"

#define MUST_ALL UINT32_MAX

struct must {
    struct spin lock; /* guards all; rank: tables */
    uint64_t *words; /* sets: size << 32 | hash, then task << 32 | epoch, by task; NULL: none yet */
    uint32_t *index; /* open addressing of sets by hash; 0 = free */
    uint32_t words_used, words_max, count;
    struct must_join { /* the latest one */
        uint32_t a, b, joined;
    } last;
};

void must_init(struct must *must, size_t bytes_max);
void must_done(struct must *must);
uint32_t must_join_sets(struct must *must, uint32_t a, uint32_t b);
/* The set with that epoch for the task. */
uint32_t must_with(struct must *must, uint32_t set, uint32_t task, uint32_t epoch);
/* 0 = nothing of that task. */
uint32_t must_get(const struct must *must, uint32_t set, uint32_t task);

static inline uint32_t must_join(struct must *must, uint32_t a, uint32_t b)
{
    if (__builtin_expect(a == b || b == 0, 1))
        return a;
    return a == 0 ? b : must_join_sets(must, a, b);
}

#endif
