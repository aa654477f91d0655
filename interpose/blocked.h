/*
 * blocked: threads that wait, and deadlocks among them (P15, at the moment when they happen).
 *
 * A thread that is about to wait without a time limit says so. Two things follow:
 *   - a cycle of owners of locks is found by the thread that closes it, and told at once;
 *   - when all threads wait, the watcher (watcher.c) finds out whether that is for ever.
 */
#ifndef RACERUN_INTERPOSE_BLOCKED_H
#define RACERUN_INTERPOSE_BLOCKED_H

#include "interpose/thread.h"

/* Around the real call; runtime entered in the first. They nest, as signal handlers do; *before is
 * what blocked_begin returned. A thread that is cancelled meanwhile is told of by
 * blocked_thread_end. */
RT_HIDDEN struct blocked blocked_begin(struct hb_task *task, enum proto_object_kind kind,
                                       uintptr_t object, uintptr_t pc);
RT_HIDDEN void blocked_end(const struct blocked *before);
/* The same from outside the runtime. False: nothing to be ended. */
RT_HIDDEN bool blocked_enter(struct blocked *before, enum proto_object_kind kind, uintptr_t object,
                             uintptr_t pc);
RT_HIDDEN bool blocked_enter_shared(struct blocked *before, uintptr_t rwlock, uintptr_t pc);

/* The task that waits for the object, and where; 0: no thread does, or deadlocks are not looked
 * for. */
RT_HIDDEN uint32_t blocked_waiter(enum proto_object_kind kind, uintptr_t object,
                                  struct hb_ctx *ret_ctx);

/* The calling thread is known from here on, or no more. */
RT_HIDDEN void blocked_thread_begin(void);
RT_HIDDEN void blocked_thread_end(struct thread *thread);
RT_HIDDEN void blocked_fork_child(void);

/* ---- for the watcher ---- */

/* As many threads wait as there are. */
RT_HIDDEN bool blocked_all(void);
/* Can only this process end what the thread of this number waits for, whatever its futex says: the
 * end of another thread or of a construction? */
RT_HIDDEN bool blocked_within(uint32_t tid);
/* The serial of the wait of the thread of this number for a spinlock that a thread which waits
 * itself has: the same twice, and it has spun all the time between. 0: it is in no such wait. */
RT_HIDDEN uint32_t blocked_spins(uint32_t tid);
/* No thread will run again: tells it and ends the process, unless that is suppressed. */
RT_HIDDEN void blocked_for_ever(void);
/* They may yet: a cycle that was left to the watcher is told now. */
RT_HIDDEN void blocked_not_all(void);
/* Starts watching, if nobody does. */
RT_HIDDEN void watcher_start(void);
RT_HIDDEN void watcher_fork_child(void);

#endif
