/*
 * memory_limit: --memory-limit. When the process's resident memory passes the limit, the engine
 * forgets the past (hb_forget) and the user is told: races with accesses before that moment are
 * not found. If the program alone needs that much, the next time comes when it has grown further.
 */
#ifndef RACERUN_INTERPOSE_MEMORY_LIMIT_H
#define RACERUN_INTERPOSE_MEMORY_LIMIT_H

#include "interpose/runtime.h"

/* 0: no limit. */
extern RT_HIDDEN uint64_t memory_limit;

RT_HIDDEN void memory_limit_check(struct hb_task *task);

/* On the way of every access that is not a same-epoch hit; looks at the clock now and then. */
static inline void memory_limit_poll(struct hb_task *task)
{
    if (__builtin_expect(memory_limit != 0, 0))
        memory_limit_check(task);
}

#endif
