/*
 * rwlock: by default readers come in while others read, as glibc's do. With SCHED_PREFER_WRITER a
 * writer comes in two operations: WRQUEUE takes the lock or, where it is held, joins the writers
 * that wait, who keep new readers out while others read; and WRLOCK, which leaves them, with the
 * lock or at its deadline. So a writer's arrival is a step of its own, which readers come before or
 * after.
 *
 * While nobody waits so, readers commute with each other. They do not while somebody does: the
 * first that comes in, where nobody reads, keeps the next one out.
 */
#include "semantics.h"

#include <errno.h>

static bool held_for_writing(const struct sched *sched, const struct task *task)
{
    return task->object[0]->rwlock.writer == task_number(sched, task) + 1;
}

static bool prefers_writers(const struct task *task)
{
    return task->op.flags & SCHED_PREFER_WRITER;
}

/* ---- readers ---- */

static uint32_t rdlock_outcomes(const struct sched *sched, const struct task *task)
{
    const struct object *object = task->object[0];
    if (object->rwlock.writer)
        return held_for_writing(sched, task); /* EDEADLK */
    return !(prefers_writers(task) && object->rwlock.readers && object->rwlock.writers_waiting);
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

static bool rdlock_only_looks(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    return !task->object[0]->rwlock.writers_waiting || held_for_writing(sched, task) ||
           outcome == TRACE_TIMED_OUT;
}

const struct op_semantics op_rdlock = {
    .class = OBJECT_RWLOCK,
    .outcomes = rdlock_outcomes,
    .may_give_up = op_timed,
    .only_looks = rdlock_only_looks,
    .execute = rdlock_execute,
};

static bool tryrdlock_fails(const struct sched *sched, const struct task *task)
{
    return held_for_writing(sched, task) || !rdlock_outcomes(sched, task);
}

static int tryrdlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    return tryrdlock_fails(sched, task) ? EBUSY : rdlock_execute(sched, task, outcome);
}

static bool tryrdlock_only_looks(const struct sched *sched, const struct task *task,
                                 uint32_t outcome)
{
    return tryrdlock_fails(sched, task) || rdlock_only_looks(sched, task, outcome);
}

const struct op_semantics op_tryrdlock = {
    .class = OBJECT_RWLOCK,
    .tries = true,
    .only_looks = tryrdlock_only_looks,
    .execute = tryrdlock_execute,
};

/* ---- writers ---- */

static uint32_t wrlock_outcomes(const struct sched *sched, const struct task *task)
{
    const struct object *object = task->object[0];
    return (!object->rwlock.writer && !object->rwlock.readers) || held_for_writing(sched, task);
}

static int wrlock_take(struct sched *sched, struct task *task)
{
    if (held_for_writing(sched, task))
        return EDEADLK;
    task->object[0]->rwlock.writer = task_number(sched, task) + 1;
    object_mark(sched, task->object[0]);
    return 0;
}

static int wrlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    if (prefers_writers(task)) {
        task->object[0]->rwlock.writers_waiting--;
        object_mark(sched, task->object[0]);
    }
    return outcome == TRACE_TIMED_OUT ? ETIMEDOUT : wrlock_take(sched, task);
}

/* Giving up, it lets readers in again where it kept them out; and the last reader that leaves must
 * not be one that only looks, too. */
static bool wrlock_only_looks(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    (void)sched;
    return outcome == TRACE_TIMED_OUT && task->object[0]->rwlock.writer && !prefers_writers(task);
}

const struct op_semantics op_wrlock = {
    .class = OBJECT_RWLOCK,
    .outcomes = wrlock_outcomes,
    .may_give_up = op_timed,
    .only_looks = wrlock_only_looks,
    .execute = wrlock_execute,
};

/* EBUSY: it waits now, and a WRLOCK has to follow. */
static int wrqueue_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    (void)outcome;
    if (wrlock_outcomes(sched, task))
        return wrlock_take(sched, task);
    task->object[0]->rwlock.writers_waiting++;
    object_mark(sched, task->object[0]);
    return EBUSY;
}
const struct op_semantics op_wrqueue = {.class = OBJECT_RWLOCK, .execute = wrqueue_execute};

static int trywrlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    (void)outcome;
    return !held_for_writing(sched, task) && wrlock_outcomes(sched, task) ? wrlock_take(sched, task)
                                                                          : EBUSY;
}

static bool written(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    (void)sched, (void)outcome;
    return task->object[0]->rwlock.writer;
}
const struct op_semantics op_trywrlock = {
    .class = OBJECT_RWLOCK,
    .tries = true,
    .only_looks = written,
    .execute = trywrlock_execute,
};

/* ---- both ---- */

/* Readers come and go in any order (who unlocks what it does not hold is undefined anyway). */
static bool readers_unlock(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    (void)sched, (void)outcome;
    return !task->object[0]->rwlock.writer && !task->object[0]->rwlock.writers_waiting;
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
