/*
 * robust: a robust mutex whose owner ends tells the next who locks it (EOWNERDEAD); who unlocks it
 * then without having called it consistent loses it for ever (ENOTRECOVERABLE). Each task keeps a
 * list of those that it holds.
 */
#include "semantics.h"

#include <errno.h>

static uint32_t index_of(const struct sched *sched, const struct object *object)
{
    return (uint32_t)(object - sched->objects);
}

SCHED_APART void robust_hold(struct sched *sched, struct task *task, struct object *mutex)
{
    mutex->mutex.next_held = task->robust_held;
    task->robust_held = index_of(sched, mutex) + 1;
}

SCHED_APART void robust_drop(struct sched *sched, struct object *mutex)
{
    struct task *owner = &sched->tasks[mutex->mutex.owner - 1];
    uint32_t *place = &owner->robust_held;
    while (*place != index_of(sched, mutex) + 1)
        place = &sched->objects[*place - 1].mutex.next_held;
    *place = mutex->mutex.next_held;
    if (mutex->mutex.owner_died)
        mutex->mutex.lost = true;
}

SCHED_APART void robust_end(struct sched *sched, struct task *task)
{
    while (task->robust_held) {
        struct object *mutex = &sched->objects[task->robust_held - 1];
        task->robust_held = mutex->mutex.next_held;
        mutex->mutex.owner = mutex->mutex.depth = 0;
        mutex->mutex.owner_died = true;
        standing_update_all(sched, mutex); /* now: there may be more than marks */
    }
}

static int consistent_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *mutex = task->object[0];
    (void)outcome;
    if (!mutex->mutex.owner_died || mutex->mutex.owner != task_number(sched, task) + 1)
        return EINVAL;
    mutex->mutex.owner_died = false;
    return 0;
}
const struct op_semantics op_consistent = {.class = OBJECT_MUTEX, .execute = consistent_execute};
