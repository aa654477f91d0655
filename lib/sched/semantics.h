/*
 * semantics: the kinds of operation that live in files of their own, and what they share.
 */
#ifndef RACERUN_SCHED_SEMANTICS_H
#define RACERUN_SCHED_SEMANTICS_H

#include "world.h"

/* mutex.c, robust.c */
extern const struct op_semantics op_lock, op_trylock, op_unlock, op_consistent;
/* cond.c */
extern const struct op_semantics op_wait, op_wake, op_signal, op_broadcast;
/* interrupt.c */
extern const struct op_semantics op_task, op_testcancel;
/* rwlock.c */
extern const struct op_semantics op_rdlock, op_tryrdlock, op_wrlock, op_trywrlock, op_rwunlock,
    op_wrqueue;

/* may_give_up of all that can wait with a deadline. */
bool op_timed(const struct sched *sched, const struct task *task);

/* Of a free mutex: 0, EOWNERDEAD, or ENOTRECOVERABLE and it is not taken. */
int mutex_take(struct sched *sched, struct task *task, struct object *mutex);
/* Or does its type refuse (EPERM)? */
bool mutex_may_drop(const struct sched *sched, const struct task *task, const struct object *mutex);
void mutex_drop(struct sched *sched, struct object *mutex);

#endif
