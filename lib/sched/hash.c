/*
 * hash: an event's name is a hash of its causal past: its task's events before it and, of each of
 * its objects, the last change and, if it changes it too, all that looked since. The trace's hash
 * is the sum of its events', so the order of independent ones does not show. What an object is
 * called plays no part: who touches it first depends on the schedule, where it lies on the process;
 * the causal past says which it is.
 */
#include "world.h"

bool op_looks_only(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    if (op_roles[task->op.kind] == ROLE_LOOKS && !(task->op.flags & SCHED_PREFER_WRITER))
        return true;
    if (task->op.kind == SCHED_LOCK)
        return lock_only_looks(sched, task, outcome);
    return task->semantics->only_looks && task->semantics->only_looks(sched, task, outcome);
}

/* Odd: the task's past is not to be taken for an object's. */
#define TASKS_PART UINT64_C(0xd6e8feb86659fd93)

static inline uint64_t past_hash(const struct past *past, uint64_t hash, bool looks)
{
    return rng_mix(hash + past->changed + (looks ? 0 : past->looked));
}

static inline uint64_t past_add(const struct object *object, uint8_t halves, uint64_t hash,
                                bool looks)
{
    if (halves == 3)
        hash = past_hash(&object->past[1], hash, looks);
    return past_hash(&object->past[halves == 2], hash, looks);
}

static inline void past_set(struct past *past, uint64_t hash, bool looks)
{
    past->changed = looks ? past->changed : hash;
    past->looked = looks ? past->looked + hash : 0;
}

static inline void past_note(struct object *object, uint8_t halves, uint64_t hash, bool looks)
{
    if (halves == 3)
        past_set(&object->past[1], hash, looks);
    past_set(&object->past[halves == 2], hash, looks);
}

/* The end of a task changes the robust mutexes that it holds. */
static uint64_t robust_add(const struct sched *sched, const struct task *task, uint64_t hash)
{
    for (uint32_t i = task->robust_held; i; i = sched->objects[i - 1].mutex.next_held)
        hash = past_add(&sched->objects[i - 1], 1, hash, false);
    return hash;
}

static void robust_note(struct sched *sched, const struct task *task, uint64_t hash)
{
    for (uint32_t i = task->robust_held; i; i = sched->objects[i - 1].mutex.next_held)
        past_note(&sched->objects[i - 1], 1, hash, false);
}

uint64_t access_source(const struct task *task)
{
    const struct past *past = task->object[0]->past;
    return task->halves[0] == 3 ? past[0].changed + past[1].changed
                                : past[task->halves[0] == 2].changed;
}

/* ---- what a loop waited for: it is looked at again ---- */

static SCHED_APART uint64_t awaited_add(const struct task *task, const struct await_place *place,
                                        uint64_t hash, bool looks)
{
    const struct await_place *other;
    for (uint32_t at = 0; (other = await_next(task, place, &at));)
        hash = past_add(other->object, other->halves, hash, looks);
    return hash;
}

static SCHED_APART void awaited_note(const struct task *task, const struct await_place *place,
                                     uint64_t hash, bool looks)
{
    const struct await_place *other;
    for (uint32_t at = 0; (other = await_next(task, place, &at));)
        past_note(other->object, other->halves, hash, looks);
}

static uint64_t event_end(struct sched *sched, struct task *task, uint64_t hash)
{
    task->hash = hash;
    sched->trace_hash += hash;
    return hash;
}

/* ---- objects of the goroutine runtime, of which an event may touch many ---- */

static uint64_t more_add(struct sched *sched, struct task *task, uint64_t hash)
{
    for (int i = 0; i < SCHED_MORE && task->op.more[i]; i++)
        hash = past_add(object_at(sched, task, task->op.more[i], OBJECT_GO), 1, hash, false);
    return hash;
}

static void more_note(struct sched *sched, struct task *task, uint64_t hash)
{
    for (int i = 0; i < SCHED_MORE && task->op.more[i]; i++)
        past_note(object_at(sched, task, task->op.more[i], OBJECT_GO), 1, hash, false);
}

/* The event's name changes, also where it was noted. */
void event_touch(struct sched *sched, struct task *task, struct object *touched)
{
    uint64_t before = task->hash, hash = past_add(touched, 1, before, false);
    for (uint32_t i = 0; i < sched->objects_count; i++)
        for (int half = 0; half < 2; half++) {
            struct past *past = &sched->objects[i].past[half];
            if (past->changed == before)
                past->changed = hash;
        }
    past_note(touched, 1, hash, false);
    sched->trace_hash -= before;
    sched->config.events[sched->steps - 1].hash = hash;
    event_end(sched, task, hash);
}

/* Its operation's objects know nothing of it; the task's own object does. */
static uint64_t interrupted_hash(struct sched *sched, struct task *task, uint64_t hash,
                                 bool *ret_looks)
{
    struct object *own = object_at(sched, task, task_number(sched, task) + 1, OBJECT_TASK);
    hash = past_add(own, 1, hash, false);
    past_note(own, 1, hash, false);
    *ret_looks = false;
    return event_end(sched, task, hash);
}

/* Also mixes `hash`, which need not be. */
static inline uint64_t objects_add(const struct task *task, uint64_t hash, bool looks)
{
    if (!task->object[0])
        return rng_mix(hash);
    hash = past_add(task->object[0], task->halves[0], hash, looks);
    return task->object[1] ? past_add(task->object[1], task->halves[1], hash, looks) : hash;
}

static inline void objects_note(const struct task *task, uint64_t hash, bool looks)
{
    if (!task->object[0])
        return;
    past_note(task->object[0], task->halves[0], hash, looks);
    if (task->object[1])
        past_note(task->object[1], task->halves[1], hash, looks);
}

/* Of an event that is about more than its operation's objects, or may be. `hash`: of its task's
 * events before it. */
static SCHED_APART uint64_t special_hash(struct sched *sched, struct task *task, uint32_t outcome,
                                         uint64_t hash, bool *looks)
{
    bool robust = task->op.kind == SCHED_END && task->robust_held;
    const struct await_place *place = sched->plan.systematic ? await_place(task) : NULL;
    if (task->op.kind == SCHED_EXIT || task->op.kind == SCHED_FORK) /* shows all that was done */
        hash = rng_mix(hash + sched->trace_hash);
    if (outcome >= TRACE_INTERRUPTED)
        return interrupted_hash(sched, task, hash, looks);
    hash = objects_add(task, hash, *looks);
    if (robust)
        hash = robust_add(sched, task, hash);
    if (place)
        hash = awaited_add(task, place, hash, *looks);
    if (task->op.more[0])
        hash = more_add(sched, task, hash);
    objects_note(task, hash, *looks);
    if (robust)
        robust_note(sched, task, hash);
    if (place)
        awaited_note(task, place, hash, *looks);
    if (task->op.more[0])
        more_note(sched, task, hash);
    return event_end(sched, task, hash);
}

static inline bool event_is_special(const struct sched *sched, const struct task *task,
                                    uint32_t outcome)
{
    static_assert(SCHED_KINDS <= 64, "a bit for each kind");
    const uint64_t special =
        UINT64_C(1) << SCHED_EXIT | UINT64_C(1) << SCHED_FORK | UINT64_C(1) << SCHED_END;
    return special >> task->op.kind & 1 || outcome >= TRACE_INTERRUPTED || task->op.more[0] ||
           sched->plan.systematic;
}

uint64_t event_hash(struct sched *sched, struct task *task, uint32_t outcome, bool usual,
                    bool *ret_looks)
{
    bool looks = op_looks_only(sched, task, outcome);
    uint64_t what = (uint64_t)outcome << 8 | (uint64_t)task->op.kind << 1 | looks;
    uint64_t hash = task->hash * TASKS_PART + what * RNG_GOLDEN;
    *ret_looks = looks;
    if (!usual && __builtin_expect(event_is_special(sched, task, outcome), 0))
        return special_hash(sched, task, outcome, hash, ret_looks);
    hash = objects_add(task, hash, looks);
    objects_note(task, hash, looks);
    return event_end(sched, task, hash);
}
