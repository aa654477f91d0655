/*
 * rwlock: by default readers come in while others read, as glibc's do; SCHED_PREFER_WRITER lets a
 * waiting writer go first.
 */
#include "semantics.h"

#include <errno.h>

static bool held_for_writing(const struct sched *sched, const struct task *task)
{
    return task->object[0]->rwlock.writer == task_number(sched, task) + 1;
}

static uint32_t rdlock_outcomes(const struct sched *sched, const struct task *task)
{
    const struct object *object = task->object[0];
    if (object->rwlock.writer)
        return held_for_writing(sched, task); /* EDEADLK */
    return !(task->op.flags & SCHED_PREFER_WRITER && object->rwlock.readers &&
             object->rwlock.writers_waiting);
}

static int rdlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    if (outcome == TRACE_TIMED_OUT)
        return ETIMEDOUT;
    if (held_for_writing(sched, task))
        return EDEADLK;
    task->object[0]->rwlock.readers++;
    object_mark(sched, task->object[0]);
    return 0;
}
const struct op_semantics op_rdlock = {
    .class = OBJECT_RWLOCK,
    .outcomes = rdlock_outcomes,
    .may_give_up = op_timed,
    .execute = rdlock_execute,
};

static int tryrdlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    return !held_for_writing(sched, task) && rdlock_outcomes(sched, task)
               ? rdlock_execute(sched, task, outcome)
               : EBUSY;
}
const struct op_semantics op_tryrdlock = {
    .class = OBJECT_RWLOCK,
    .tries = true,
    .execute = tryrdlock_execute,
};

static uint32_t wrlock_outcomes(const struct sched *sched, const struct task *task)
{
    const struct object *object = task->object[0];
    return (!object->rwlock.writer && !object->rwlock.readers) || held_for_writing(sched, task);
}

static int wrlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    if (outcome == TRACE_TIMED_OUT)
        return ETIMEDOUT;
    if (held_for_writing(sched, task))
        return EDEADLK;
    task->object[0]->rwlock.writer = task_number(sched, task) + 1;
    object_mark(sched, task->object[0]);
    return 0;
}
const struct op_semantics op_wrlock = {
    .class = OBJECT_RWLOCK,
    .outcomes = wrlock_outcomes,
    .may_give_up = op_timed,
    .execute = wrlock_execute,
};

static int trywrlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    return !held_for_writing(sched, task) && wrlock_outcomes(sched, task)
               ? wrlock_execute(sched, task, outcome)
               : EBUSY;
}
const struct op_semantics op_trywrlock = {
    .class = OBJECT_RWLOCK,
    .tries = true,
    .execute = trywrlock_execute,
};

/* Readers come and go in any order (who unlocks what it does not hold is undefined anyway). */
static bool readers_unlock(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    (void)sched, (void)outcome;
    return !task->object[0]->rwlock.writer;
}

static int rwunlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *object = task->object[0];
    (void)outcome;
    if (object->rwlock.writer)
        object->rwlock.writer = 0;
    else if (object->rwlock.readers)
        object->rwlock.readers--;
    object_mark(sched, object);
    return 0;
}
const struct op_semantics op_rwunlock = {
    .class = OBJECT_RWLOCK,
    .only_looks = readers_unlock,
    .execute = rwunlock_execute,
};
