/*
 * note: what an operation touches and needs, written down for exhaustive search (trace/note.h).
 */
#include "world.h"

enum { HALVES = 2, CLASSES = 16 };

static uint64_t task_name(const struct task *task)
{
    return task->path * HALVES * CLASSES + OBJECT_TASK + 1;
}

/* An object's name, with its half where that matters. */
static uint64_t object_name(const struct sched *sched, const struct object *object, uint32_t half)
{
    uint64_t place = object->address;
    if (object->class == OBJECT_TASK)
        return task_name(&sched->tasks[object->address - 1]);
    if (object->class == OBJECT_OUTSIDE) /* who knows which descriptors are connected? */
        place = 0;
    if (object->class == OBJECT_GO && sched->plan.coarse)
        place = 0;
    return (place * HALVES + half) * CLASSES + object->class + 1;
}

static uint32_t object_state(const struct object *object)
{
    switch (object->class) {
    case OBJECT_MUTEX:
        return object->mutex.owner;
    case OBJECT_RWLOCK:
        return object->rwlock.writer
                   ? NOTE_WRITER | object->rwlock.writer
                   : object->rwlock.readers | (object->rwlock.writers_waiting ? NOTE_QUEUED : 0);
    case OBJECT_SEMAPHORE:
        return object->semaphore.units < UINT32_MAX ? (uint32_t)object->semaphore.units
                                                    : UINT32_MAX;
    case OBJECT_BARRIER:
        return object->barrier.phase;
    case OBJECT_COND:
        return object->cond.count;
    case OBJECT_ONCE:
        return object->once.done ? NOTE_DONE : object->once.runner;
    default:
        return 0;
    }
}

/* How many objects. */
static uint32_t note_memory(const struct sched *sched, const struct task *task,
                            struct trace_note *note)
{
    uint32_t count = 0;
    for (int slot = 0; slot < 2 && task->object[slot]; slot++)
        for (uint32_t half = 0; half < 2; half++)
            if (task->halves[slot] >> half & 1)
                note->object[count++] = object_name(sched, task->object[slot], half);
    return count;
}

static void note_object(const struct sched *sched, const struct object *object, int slot,
                        struct trace_note *note)
{
    note->object[slot] = object_name(sched, object, 0);
    note->before[slot] = object->class == OBJECT_TASK
                             ? sched->tasks[object->address - 1].state == TASK_ENDED
                             : object_state(object);
}

/* False: there is no room. */
static bool note_add(struct trace_note *note, uint64_t name)
{
    for (int slot = 0; slot < NOTE_OBJECTS; slot++)
        if (!note->object[slot] || note->object[slot] == name) {
            note->object[slot] = name;
            return true;
        }
    return false;
}

void note_touched(struct sched *sched, const struct object *object)
{
    struct trace_note *note = &sched->notes[sched->steps - 1];
    sched->crowded |= !note_add(note, object_name(sched, object, 0));
    note->looks = false;
    note->touched = true;
    sleep_step(sched, note);
}

static void note_more(const struct sched *sched, const struct task *task, struct trace_note *note)
{
    for (int i = 0; i < SCHED_MORE && task->op.more[i]; i++) {
        const struct object named = {.address = task->op.more[i], .class = OBJECT_GO};
        note_add(note, object_name(sched, &named, 0));
    }
}

/* Further objects: what else its loop waited for. */
static SCHED_APART void note_awaited(const struct sched *sched, const struct task *task,
                                     struct trace_note *note)
{
    const struct await_place *place = await_place(task), *other;
    note->phase = task->visits - await_returned(task)->visit;
    for (uint32_t at = 0; place && (other = await_next(task, place, &at));)
        for (uint32_t half = 0; half < 2; half++)
            if (other->halves >> half & 1)
                note_add(note, object_name(sched, other->object, half));
}

/* Does it write what is there already? */
static bool writes_the_same(const struct sched *sched, const struct task *task)
{
    return task->op.kind == SCHED_UPDATE && task->op.flags & SCHED_EXCHANGES &&
           !sched->config.ready(sched->config.context, task_number(sched, task), &task->op);
}

void note_fill(const struct sched *sched, const struct task *task, uint32_t outcome, bool looks,
               struct trace_note *ret_note)
{
    bool wakes = task->op.kind == SCHED_WAKE || task->op.kind == SCHED_PARKED;
    bool timed = task->op.deadline != SCHED_NEVER;
    *ret_note = (struct trace_note){
        .path = task->path,
        .task = task_number(sched, task),
        .outcome = outcome,
        .cause = wakes && task->signalled ? task->woken_by : task->pended_by,
        .phase = task->phase,
        .kind = task->op.kind,
        .flags = task->op.flags,
        .ends = task->op.kind == SCHED_EXIT,
        .looks = looks,
        .awaited = await_returned(task) != NULL,
        .own = NOTE_OBJECTS,
        .signalled = wakes && task->signalled,
        .timed = task->semantics->may_give_up && timed,
        .spurious = task->op.kind == SCHED_WAKE && !timed && sched->config.spurious_max,
    };
    if (outcome >= TRACE_INTERRUPTED && outcome != TRACE_ANY) { /* nothing else was done */
        ret_note->object[0] = task_name(task);
        return;
    }
    if (task->semantics->class == OBJECT_MEMORY) {
        ret_note->own = note_memory(sched, task, ret_note) & NOTE_OWN;
        ret_note->silent = writes_the_same(sched, task);
        if (ret_note->awaited)
            note_awaited(sched, task, ret_note);
        return;
    }
    for (int slot = 0; slot < 2 && task->object[slot]; slot++)
        note_object(sched, task->object[slot], slot, ret_note);
    if (ret_note->awaited)
        note_awaited(sched, task, ret_note);
    note_more(sched, task, ret_note);
    if (task->op.kind == SCHED_SLEEP && sched->plan.coarse)
        ret_note->object[0] = OBJECT_GO + 1; /* as object_name says: of timers who knows? */
    if (task->op.kind == SCHED_END && task->robust_held)
        note_object(sched, &sched->objects[task->robust_held - 1], 1, ret_note);
}

bool note_only_looks(const struct trace_note *note)
{
    return op_roles[note->kind] == ROLE_LOOKS && !(note->flags & SCHED_PREFER_WRITER);
}

bool sched_pending_note(struct sched *sched, uint32_t number, struct trace_note *ret_note,
                        bool *ret_possible)
{
    struct task *task = &sched->tasks[number];
    if (task->state != TASK_PENDS)
        return false;
    note_fill(sched, task, TRACE_ANY, false, ret_note);
    ret_note->looks = note_only_looks(ret_note);
    *ret_possible =
        task->op.kind == SCHED_EXTERNAL || (outcomes_of(sched, task) && !task_awaits(sched, task));
    return true;
}
