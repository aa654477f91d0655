/*
 * cond: condition variables. A wait is two operations: WAIT lets the mutex go and joins the queue,
 * WAKE takes the mutex again once the task was signalled. One that gives up waiting (time-out,
 * spurious wake-up) leaves the queue by its WAKE, also while the mutex is locked, and takes the
 * mutex by a second: what it waited for may happen in between. Which of several waiters a signal
 * wakes is its outcome: POSIX promises no order.
 */
#include "semantics.h"

#include <errno.h>

#include "base/check.h"

static void waiter_append(struct sched *sched, struct object *cond, struct task *task)
{
    uint32_t entry = task_number(sched, task) + 1;
    task->waiter_next = 0;
    if (cond->cond.last)
        sched->tasks[cond->cond.last - 1].waiter_next = entry;
    else
        cond->cond.first = entry;
    cond->cond.last = entry;
    cond->cond.count++;
}

/* Takes the waiter out that comes after `before` (NULL: the first). */
static struct task *waiter_take_after(struct sched *sched, struct object *cond, struct task *before)
{
    uint32_t *place = before ? &before->waiter_next : &cond->cond.first;
    struct task *taken = &sched->tasks[*place - 1];
    *place = taken->waiter_next;
    if (!taken->waiter_next)
        cond->cond.last = before ? task_number(sched, before) + 1 : 0;
    cond->cond.count--;
    return taken;
}

static void waiter_remove(struct sched *sched, struct object *cond, const struct task *task)
{
    uint32_t entry = task_number(sched, task) + 1;
    struct task *before = NULL;
    for (uint32_t at = cond->cond.first; at != entry; at = before->waiter_next) {
        CHECK(at); /* WAKE without a WAIT that succeeded */
        before = &sched->tasks[at - 1];
    }
    waiter_take_after(sched, cond, before);
}

/* ---- wait ---- */

static int wait_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *cond = task->object[0], *mutex = task->object[1];
    (void)outcome;
    if (!mutex_may_drop(sched, task, mutex))
        return EPERM;
    task->signalled = false;
    task->depth_before = mutex->mutex.depth ? mutex->mutex.depth : 1;
    waiter_append(sched, cond, task);
    object_mark(sched, cond);
    mutex_drop(sched, mutex);
    return 0;
}
const struct op_semantics op_wait = {.class = OBJECT_COND, .execute = wait_execute};

static uint32_t wake_outcomes(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return task->signalled && !task->object[1]->mutex.owner;
}

/* By its deadline or, while there are any left, spuriously: sched.c knows which. */
static bool wake_may_give_up(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return !task->signalled;
}

static int wake_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *cond = task->object[0], *mutex = task->object[1];
    if (!task->signalled) {
        waiter_remove(sched, cond, task);
        object_mark(sched, cond);
        task->signalled = true;
        task->woken_by = 0;
        return outcome == TRACE_TIMED_OUT ? ETIMEDOUT : EINTR;
    }
    task->signalled = false;
    int result = mutex_take(sched, task, mutex);
    if (result == ENOTRECOVERABLE)
        return result;
    mutex->mutex.depth = task->depth_before;
    return result;
}
const struct op_semantics op_wake = {
    .class = OBJECT_COND,
    .outcomes = wake_outcomes,
    .may_give_up = wake_may_give_up,
    .execute = wake_execute,
};

/* ---- signal ---- */

static uint32_t signal_outcomes(const struct sched *sched, const struct task *task)
{
    (void)sched;
    uint32_t waiters = task->object[0]->cond.count;
    return waiters ? waiters : 1;
}

static bool nobody_waits(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    (void)sched, (void)outcome;
    return !task->object[0]->cond.count;
}

static void waiter_signal(struct sched *sched, struct object *cond, struct task *before)
{
    struct task *waiter = waiter_take_after(sched, cond, before);
    waiter->signalled = true;
    waiter->woken_by = sched->steps;
}

static int signal_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *cond = task->object[0];
    struct task *before = NULL;
    if (!cond->cond.count)
        return 0;
    for (uint32_t i = 0; i < outcome; i++)
        before = &sched->tasks[(before ? before->waiter_next : cond->cond.first) - 1];
    waiter_signal(sched, cond, before);
    object_mark(sched, cond);
    return 0;
}
const struct op_semantics op_signal = {
    .class = OBJECT_COND,
    .outcomes = signal_outcomes,
    .only_looks = nobody_waits,
    .execute = signal_execute,
};

static int broadcast_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *cond = task->object[0];
    (void)outcome;
    if (cond->cond.count)
        object_mark(sched, cond);
    while (cond->cond.count)
        waiter_signal(sched, cond, NULL);
    return 0;
}
const struct op_semantics op_broadcast = {
    .class = OBJECT_COND,
    .only_looks = nobody_waits,
    .execute = broadcast_execute,
};
