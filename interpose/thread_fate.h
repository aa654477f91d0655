/*
 * thread_fate: what became of a thread's id: joined, detached, or being joined (P14). Known until
 * the id is another thread's, or until another id needs the place in the table.
 */
#ifndef RACERUN_INTERPOSE_THREAD_FATE_H
#define RACERUN_INTERPOSE_THREAD_FATE_H

#include <pthread.h>

#include "interpose/runtime.h"

enum fate { FATE_NONE, FATE_TRIED, FATE_JOINED, FATE_DETACHED };

/* The calling thread's next real call is a join (FATE_JOINED), one that may fail (FATE_TRIED) or a
 * detach of `id`: before it, since afterwards the id may be another's. Tells what is wrong with
 * that. `target`: the task's number, 0 = unknown. Runtime entered. */
RT_HIDDEN void fate_begin(struct hb_task *task, pthread_t id, enum fate fate, uint32_t target,
                          uintptr_t pc);
/* How the call ended. */
RT_HIDDEN void fate_end(struct hb_task *task, pthread_t id, bool success);
/* The id is a new thread's; FATE_DETACHED: which was made so, at `pc` by `task`. */
RT_HIDDEN void fate_born(struct hb_task *task, pthread_t id, enum fate fate, uint32_t target,
                         uintptr_t pc);
RT_HIDDEN void fate_fork_child(void);

#endif
