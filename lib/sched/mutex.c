/*
 * mutex: normal, recursive, error-checking and robust ones. What the real mutex answers by itself
 * (EDEADLK, EPERM, EBUSY) is an answer here; what makes it wait for ever is a task that is never
 * enabled.
 */
#include "semantics.h"

#include <errno.h>

static bool owned_by(const struct sched *sched, const struct task *task, const struct object *mutex)
{
    return mutex->mutex.owner == task_number(sched, task) + 1;
}

int mutex_take(struct sched *sched, struct task *task, struct object *mutex)
{
    if (mutex->mutex.lost)
        return ENOTRECOVERABLE;
    mutex->mutex.owner = task_number(sched, task) + 1;
    mutex->mutex.depth = 1;
    if (task->op.flags & SCHED_ROBUST)
        mutex->mutex.robust = true;
    if (mutex->mutex.robust)
        robust_hold(sched, task, mutex);
    object_mark(sched, mutex);
    return mutex->mutex.owner_died ? EOWNERDEAD : 0;
}

bool mutex_may_drop(const struct sched *sched, const struct task *task, const struct object *mutex)
{
    bool checked = task->op.flags & (SCHED_RECURSIVE | SCHED_ERRORCHECK | SCHED_ROBUST);
    return !checked || owned_by(sched, task, mutex);
}

void mutex_drop(struct sched *sched, struct object *mutex)
{
    if (mutex->mutex.owner && mutex->mutex.robust)
        robust_drop(sched, mutex);
    mutex->mutex.owner = 0;
    mutex->mutex.depth = 0;
    object_mark(sched, mutex);
}

/* A lock by who holds it already, where the mutex's type gives it an answer. */
static bool relock_answers(const struct sched *sched, const struct task *task)
{
    return owned_by(sched, task, task->object[0]) &&
           task->op.flags & (SCHED_RECURSIVE | SCHED_ERRORCHECK);
}

uint32_t lock_outcomes(const struct sched *sched, const struct task *task)
{
    return !task->object[0]->mutex.owner || relock_answers(sched, task);
}

/* The mutex is free, or its type answers who holds it. */
int lock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *mutex = task->object[0];
    if (outcome == TRACE_TIMED_OUT)
        return ETIMEDOUT;
    if (!mutex->mutex.owner)
        return mutex_take(sched, task, mutex);
    if (task->op.flags & SCHED_ERRORCHECK)
        return EDEADLK;
    mutex->mutex.depth++;
    return 0;
}

bool lock_only_looks(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    (void)sched, (void)task;
    return outcome == TRACE_TIMED_OUT;
}

const struct op_semantics op_lock = {
    .class = OBJECT_MUTEX,
    .outcomes = lock_outcomes,
    .may_give_up = op_timed,
    .only_looks = lock_only_looks,
    .execute = lock_execute,
};

static bool trylock_fails(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    const struct object *mutex = task->object[0];
    (void)outcome;
    return mutex->mutex.owner &&
           !(owned_by(sched, task, mutex) && task->op.flags & SCHED_RECURSIVE);
}

static int trylock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    return trylock_fails(sched, task, outcome) ? EBUSY : lock_execute(sched, task, outcome);
}
const struct op_semantics op_trylock = {
    .class = OBJECT_MUTEX,
    .tries = true,
    .only_looks = trylock_fails,
    .execute = trylock_execute,
};

int unlock_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *mutex = task->object[0];
    (void)outcome;
    if (!mutex_may_drop(sched, task, mutex))
        return EPERM;
    if (mutex->mutex.depth > 1)
        mutex->mutex.depth--;
    else
        mutex_drop(sched, mutex);
    return 0;
}
const struct op_semantics op_unlock = {.class = OBJECT_MUTEX, .execute = unlock_execute};
