/*
 * profile: the counts of the first execution, by task and object.
 *
 * A task's path is the same in every execution, so it names the task. Full tables end the counting
 * of what is new, no more.
 */
#include "profile_use.h"

void profile_begin(struct sched *sched)
{
    struct sched_profile *profile = sched->config.profile;
    if (profile->state < 2)
        profile->state++;
    sched->profiling = profile->state == 1;
}

static uint32_t task_find(const struct sched_profile *profile, uint64_t path, uint32_t guess)
{
    if (guess < profile->tasks_count && profile->tasks[guess].path == path)
        return guess + 1; /* most are made in the same order each time */
    for (uint32_t i = 0; i < profile->tasks_count; i++)
        if (profile->tasks[i].path == path)
            return i + 1;
    return 0;
}

void profile_created(struct sched *sched, struct task *task)
{
    struct sched_profile *profile = sched->config.profile;
    uint32_t creator = task->creator;
    if (!sched->profiling) {
        task->profiled = task_find(profile, task->path, task_number(sched, task));
        task->length = task->profiled ? profile->tasks[task->profiled - 1].events : 0;
        return;
    }
    if (profile->tasks_count == PROFILE_TASKS)
        return;
    profile->tasks[profile->tasks_count++] = (struct profile_task){
        .path = task->path,
        .parent = creator == SCHED_NONE ? 0 : sched->tasks[creator].profiled,
    };
    task->profiled = profile->tasks_count;
}

uint32_t profile_object(const struct sched_profile *profile, const struct object *object)
{
    uint32_t i = (uint32_t)rng_mix(object->address + object->class) % PROFILE_OBJECTS;
    for (; profile->objects[i].kind; i = (i + 1) % PROFILE_OBJECTS)
        if (profile->objects[i].address == object->address &&
            profile->objects[i].kind == object->class + 1u)
            break;
    return i;
}

/* The object's index + 1, or 0; `task` touches it. */
static uint32_t object_count(struct sched_profile *profile, const struct object *object,
                             uint32_t task)
{
    uint32_t index = profile_object(profile, object);
    struct profile_object *entry = &profile->objects[index];
    if (!entry->kind) {
        if (profile->objects_used == PROFILE_OBJECTS / 2)
            return 0;
        profile->objects_used++;
        *entry = (struct profile_object){object->address, object->class + 1u, task};
    } else if (entry->owner && entry->owner != task) {
        entry->owner = 0;
        profile->shared[profile->shared_count++] = index;
    }
    return index + 1;
}

static void count_add(struct sched_profile *profile, uint32_t task, uint32_t object)
{
    enum { SLOTS = 2 * PROFILE_COUNTS };
    uint32_t i = (uint32_t)rng_mix((uint64_t)task << 32 | object) % SLOTS;
    for (; profile->counts_at[i]; i = (i + 1) % SLOTS) {
        struct profile_count *count = &profile->counts[profile->counts_at[i] - 1];
        if (count->task == task && count->object == object) {
            count->events++;
            return;
        }
    }
    if (profile->counts_used == PROFILE_COUNTS)
        return;
    profile->counts[profile->counts_used++] = (struct profile_count){task, object, 1};
    profile->counts_at[i] = profile->counts_used;
}

SCHED_APART void profile_stepped(struct sched *sched, const struct task *task)
{
    struct sched_profile *profile = sched->config.profile;
    const struct object *object = task->object[0];
    if (!task->profiled)
        return;
    profile->tasks[task->profiled - 1].events++;
    if (!object || object->class == OBJECT_TASK)
        return;
    uint32_t index = object_count(profile, object, task->profiled);
    if (index)
        count_add(profile, task->profiled, index);
}
