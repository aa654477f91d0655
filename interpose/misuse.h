/*
 * misuse: threads' objects used as POSIX forbids (P14), each told once for each pair of places.
 * An error that the call returns by the object's own type (errorcheck, recursive, robust) is told
 * to the program and no misuse. Between rt_enter and rt_leave, for calls that are rare: what is
 * asked at every call, the engine answers.
 */
#ifndef RACERUN_INTERPOSE_MISUSE_H
#define RACERUN_INTERPOSE_MISUSE_H

#include <pthread.h>

#include "interpose/runtime.h"

/* What it conflicts with; all 0: unknown. */
struct misuse_other {
    uint32_t task;
    struct hb_ctx ctx;
};

RT_HIDDEN void misuse_report(struct hb_task *task, enum proto_misuse misuse,
                             enum proto_object_kind kind, const volatile void *object, uintptr_t pc,
                             struct misuse_other other);

RT_HIDDEN enum proto_object_kind misuse_object_kind(enum hb_object object);
/* In bytes; of what is no memory, 1. */
RT_HIDDEN size_t misuse_object_size(enum proto_object_kind kind);

/* ---- locks ---- */

/* Before the unlock of a mutex that the task does not hold: whether it is one that may be, and then
 * the next lock comes after the task. */
RT_HIDDEN void misuse_mutex_unlock(struct hb_task *task, const volatile void *mutex, uintptr_t pc);
RT_HIDDEN void misuse_spin_unlock(struct hb_task *task, const volatile void *lock, uintptr_t pc);
RT_HIDDEN void misuse_rwlock_unlock(struct hb_task *task, const volatile void *lock, uintptr_t pc);
/* The real call refused the object. */
RT_HIDDEN void misuse_mutex_refused(struct hb_task *task, const volatile void *mutex, uintptr_t pc);
/* Before the real lock of what is taken: is it the task itself that has it? */
RT_HIDDEN void misuse_relock(struct hb_task *task, const volatile void *lock,
                             enum hb_lock_kind kind, uintptr_t pc);
/* Before the real end. False: it is in use. */
RT_HIDDEN bool misuse_destroy(struct hb_task *task, const volatile void *object,
                              enum proto_object_kind kind, uintptr_t pc);
/* Before a real call that makes it. */
RT_HIDDEN void misuse_init(const volatile void *object, enum proto_object_kind kind, uintptr_t pc);
/* The thread takes no further step. */
RT_HIDDEN void misuse_exit(struct hb_task *task, uintptr_t routine);
/* Before a wait at a condition variable, of which it tells the engine. False: the mutex is not
 * held, and of a type for which the wait is refused. */
RT_HIDDEN bool misuse_wait(struct hb_task *task, const volatile void *cond,
                           const volatile void *mutex, uintptr_t pc);

/* struct hb_callbacks.destroyed */
RT_HIDDEN void misuse_destroyed(void *arg, struct hb_task *task, const struct hb_grave *grave,
                                uintptr_t pc);

#endif
