/*
 * await: loops that wait for others, under exhaustive search. Each round of such a loop would be
 * another trace, and there is no end of them; but a round that meets the same as the one before
 * teaches nothing. A task that has come to the same place ROUNDS times, and what it read there and
 * since its last time there has not changed, *awaits*: others go first until something of that has
 * changed, if any can.
 *
 * A loop that counts its rounds may be cut so, too: who looks for a proof is told (sched_awaited).
 */
#include <errno.h>

#include "world.h"

enum {
    ROUNDS = 2,
    ROUNDS_UPDATE = 8, /* of updates, which may make progress without us seeing it */
};

static uint64_t source_of(const struct object *object, uint8_t halves)
{
    return halves == 3 ? object->past[0].changed + object->past[1].changed
                       : object->past[halves == 2].changed;
}

static struct await_place *place_find(struct task *task)
{
    for (int i = 0; i < AWAIT_PLACES; i++)
        if (task->awaits[i].object == task->object[0] && task->awaits[i].pc == task->op.pc)
            return &task->awaits[i];
    return NULL;
}

static struct await_place *place_oldest(struct task *task)
{
    struct await_place *oldest = &task->awaits[0];
    for (int i = 1; i < AWAIT_PLACES; i++)
        if (task->awaits[i].visit < oldest->visit)
            oldest = &task->awaits[i];
    return oldest;
}

/* Only looks, or fails to change what it tries to. */
static bool may_wait(const struct task *task)
{
    bool failed = task->result == EBUSY || task->result == EAGAIN;
    return task->semantics->class == OBJECT_MEMORY ? task->op.kind != SCHED_WRITE
                                                   : task->semantics->tries && failed;
}

SCHED_APART uint64_t await_source(const struct task *task)
{
    bool looks = task->semantics->class == OBJECT_MEMORY || task->semantics->tries;
    return looks ? source_of(task->object[0], task->halves[0]) : 0;
}

SCHED_APART void await_stepped(struct task *task, uint64_t before)
{
    task->visits++;
    uint16_t kind = task->op.kind;
    if (kind == SCHED_YIELD || kind == SCHED_SLEEP || kind == SCHED_TICK)
        return;
    if (!may_wait(task)) {
        task->progress = task->visits;
        return;
    }
    struct await_place *place = place_find(task);
    bool again = place && place->visit > task->progress && place->changed == before;
    uint32_t rounds = again ? place->rounds + 1 : 0;
    *(place ? place : place_oldest(task)) = (struct await_place){
        .pc = task->op.pc,
        .object = task->object[0],
        .halves = task->halves[0],
        .changed = source_of(task->object[0], task->halves[0]),
        .visit = task->visits,
        .rounds = rounds,
    };
}

bool await_enough(const struct task *task, const struct await_place *place)
{
    return place->rounds >= (task->op.kind == SCHED_UPDATE ? ROUNDS_UPDATE : ROUNDS);
}

bool task_awaits(struct sched *sched, struct task *task)
{
    const struct await_place *place = task->object[0] ? place_find(task) : NULL;
    if (!place || place->visit <= task->progress || !await_enough(task, place))
        return false;
    for (int i = 0; i < AWAIT_PLACES; i++) {
        const struct await_place *other = &task->awaits[i];
        if (other->object && other->visit >= place->visit &&
            other->changed != source_of(other->object, other->halves))
            return false;
    }
    sched->awaited = true;
    return true;
}

SCHED_APART const struct set *await_filter(struct sched *sched, const struct set *candidates)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < candidates->count; i++)
        if (!task_awaits(sched, &sched->tasks[candidates->tasks[i]]))
            sched->ready.tasks[kept++] = candidates->tasks[i];
    sched->ready.count = kept;
    return kept ? &sched->ready : candidates;
}
