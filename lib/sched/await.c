/*
 * await: loops that wait for others, under exhaustive search. Each round of such a loop would be
 * another trace, and there is no end of them; but a round that meets the same as the one before
 * teaches nothing.
 *
 * A task that comes back to an operation of its own in the same state (sched_op.state) has made a
 * round; if it only looked in it, or tried in vain, or wrote what was there already, then until
 * something of what it read has changed since, it would go round and round: it *awaits* that. So it
 * cannot go on, as if its operation were a lock that somebody holds; the next round depends on all
 * that it waited for. This is exact: nothing but such rounds is left out (GenMC's spin-assume:
 * Kokologiannakis, Ren, Vafeiadis: Dynamic Partial Order Reductions for Spinloops, FMCAD 2021).
 * Where all who could go wait so, nothing will ever change: a livelock. To make sure, each goes
 * round once more, and these rounds are taken back. Who then does something else has waited for
 * what is no operation (a file, memory that code without instrumentation writes), and who looks for
 * a proof is told (sched_misled).
 *
 * Where states are not known, or differ from round to round (the loop counts), rounds are cut when
 * they have met the same for so long that it takes no patience to believe in an end: then who looks
 * for a proof is told (sched_awaited).
 */
#include <errno.h>

#include "world.h"

enum {
    ROUNDS = 2,
    ROUNDS_UPDATE = 8,  /* of updates, which may make progress without us seeing it */
    ROUNDS_KNOWN = 100, /* where states are known: they differed, or it changed something */
};

/* ---- places ---- */

/* Of its pending operation: does it only look, or may fail to change what it tries to? */
static inline bool may_wait(const struct task *task)
{
    return task->semantics->class == OBJECT_MEMORY ? task->op.kind != SCHED_WRITE
                                                   : task->semantics->tries;
}

static uint64_t source_of(const struct object *object, uint8_t halves)
{
    if (object->class != OBJECT_MEMORY)
        return object->past[0].changed;
    return halves == 3 ? object->memory.news[0] + object->memory.news[1]
                       : object->memory.news[halves == 2];
}

/* That of an access to two words is not known: a place has one object. */
static uint64_t state_of(const struct task *task)
{
    return task->semantics->class == OBJECT_MEMORY && task->object[1] ? 0 : task->op.state;
}

static bool is_there(const struct task *task, const struct await_place *place)
{
    return place->object == task->object[0] && place->pc == task->op.pc &&
           place->halves == task->halves[0];
}

/* In the same state. */
static struct await_place *place_same(struct task *task)
{
    uint64_t state = state_of(task);
    for (uint32_t i = 0; state && i < task->places; i++)
        if (task->awaits[i].state == state && is_there(task, &task->awaits[i]))
            return &task->awaits[i];
    return NULL;
}

/* In any state: the last time. */
static struct await_place *place_last(struct task *task)
{
    struct await_place *last = NULL;
    for (uint32_t i = 0; i < task->places; i++)
        if (is_there(task, &task->awaits[i]) && (!last || task->awaits[i].visit > last->visit))
            last = &task->awaits[i];
    return last;
}

/* The next that is free, or else the one that it came to least lately. */
static struct await_place *place_room(struct task *task)
{
    struct await_place *oldest = &task->awaits[0];
    if (task->places < AWAIT_PLACES)
        return &task->awaits[task->places++];
    for (int i = 1; i < AWAIT_PLACES; i++)
        if (task->awaits[i].visit < oldest->visit)
            oldest = &task->awaits[i];
    return oldest;
}

/* ---- rounds ---- */

/* Has only looked, or failed to change what it tried to. */
static bool has_looked(const struct task *task)
{
    bool failed = task->result == EBUSY || task->result == EAGAIN;
    return may_wait(task) && (task->semantics->class == OBJECT_MEMORY || failed);
}

SCHED_APART uint64_t await_source(const struct task *task)
{
    return may_wait(task) ? source_of(task->object[0], task->halves[0]) : 0;
}

/* A change to another value, as far as the event's note knows. */
static void news_note(const struct sched *sched, struct task *task)
{
    const struct trace_note *note = &sched->notes[sched->steps - 1];
    if (task->semantics->class != OBJECT_MEMORY || note->looks || note->silent)
        return;
    task->changed = task->visits;
    for (int slot = 0; slot < 2 && task->object[slot]; slot++)
        for (int half = 0; half < 2; half++)
            if (task->halves[slot] >> half & 1)
                task->object[slot]->memory.news[half] = task->hash;
}

static void place_keep(const struct sched *sched, struct task *task, uint64_t before)
{
    struct await_place *last = place_last(task), *place = place_same(task);
    bool again = last && last->visit > task->progress && last->news == before;
    uint32_t rounds = again ? last->rounds + 1 : 0;
    if (!place)
        place = last && !state_of(task) ? last : place_room(task);
    /* What it did from there on it would not do again. */
    if (is_there(task, place) && place->news != before && place->visit > task->changed)
        task->changed = place->visit;
    *place = (struct await_place){
        .pc = task->op.pc,
        .state = state_of(task),
        .object = task->object[0],
        .halves = task->halves[0],
        .step = sched->steps,
        .news = source_of(task->object[0], task->halves[0]),
        .visit = task->visits,
        .rounds = rounds,
    };
}

SCHED_APART void await_stepped(struct sched *sched, struct task *task, uint64_t before)
{
    uint16_t kind = task->op.kind;
    task->visits++;
    if (task->result == SCHED_INTERRUPTED || task->result == SCHED_BROKEN) {
        task->progress = task->visits; /* it has not looked, and who knows what its handler does? */
        return;
    }
    if (kind == SCHED_YIELD || kind == SCHED_SLEEP || kind == SCHED_TICK)
        return;
    if (sched->still_since && !task->confirms) {
        sched->misled = true;
        sched->still_since = 0;
    }
    news_note(sched, task);
    if (has_looked(task))
        place_keep(sched, task, before);
    else
        task->progress = task->visits;
}

/* ---- waiting ---- */

const struct await_place *await_next(const struct task *task, const struct await_place *place,
                                     uint32_t *at)
{
    while (*at < task->places) {
        const struct await_place *other = &task->awaits[(*at)++];
        bool own = other->object == task->object[0] && other->halves == task->halves[0];
        if (other->visit >= place->visit && !own)
            return other;
    }
    return NULL;
}

/* Has the event's note room for all that it waits for? */
static bool place_fits(const struct task *task, const struct await_place *place)
{
    const struct await_place *other;
    int count = __builtin_popcount(task->halves[0]);
    for (uint32_t at = 0; (other = await_next(task, place, &at));)
        count += __builtin_popcount(other->halves);
    return count <= NOTE_OBJECTS;
}

const struct await_place *await_place(const struct task *task)
{
    const struct await_place *place = may_wait(task) ? place_same((struct task *)task) : NULL;
    bool waits = place && place->visit > task->progress && place->visit > task->changed;
    return waits && place_fits(task, place) ? place : NULL;
}

/* Has it been there often enough? */
static const struct await_place *place_tired(const struct task *task)
{
    const struct await_place *place = may_wait(task) ? place_last((struct task *)task) : NULL;
    if (!place || place->visit <= task->progress)
        return NULL;
    uint32_t enough = state_of(task)                  ? ROUNDS_KNOWN
                      : task->op.kind == SCHED_UPDATE ? ROUNDS_UPDATE
                                                      : ROUNDS;
    return place->rounds >= enough ? place : NULL;
}

const struct await_place *await_returned(const struct task *task)
{
    const struct await_place *place = await_place(task);
    return place ? place : place_tired(task);
}

static bool has_news(const struct task *task, const struct await_place *place)
{
    for (uint32_t i = 0; i < task->places; i++) {
        const struct await_place *other = &task->awaits[i];
        if (other->visit >= place->visit && other->news != source_of(other->object, other->halves))
            return true;
    }
    return false;
}

bool await_confirms(const struct sched *sched, const struct task *task)
{
    const struct await_place *place = await_place(task);
    return place && !sched->awaited && !interrupted(task) && !has_news(task, place);
}

bool task_awaits(struct sched *sched, struct task *task)
{
    const struct await_place *place = await_place(task), *tired;
    if (interrupted(task))
        return false;
    if (place && !has_news(task, place))
        return true;
    tired = place_tired(task);
    if (!tired || has_news(task, tired))
        return false;
    sched->awaited = true;
    return true;
}

/* ---- all ---- */

/* Whoever else can go on and is awake. */
static void wakers_find(struct sched *sched, bool *ret_asleep)
{
    for (uint32_t i = 0; i < sched->tasks_count; i++) {
        struct task *task = &sched->tasks[i];
        if (task->state != TASK_PENDS || !(task->enabled_at || task->timed_at) ||
            task_awaits(sched, task))
            continue;
        if (sleep_awake_outcome(sched, task) != TRACE_ANY)
            sched->ready.tasks[sched->ready.count++] = i;
        else
            *ret_asleep = true;
    }
}

/* One who has not gone round since all await something; NULL: all have. */
static struct task *unsure_find(struct sched *sched)
{
    for (uint32_t i = 0; i < sched->tasks_count; i++) {
        struct task *task = &sched->tasks[i];
        if (task->state == TASK_PENDS && task->enabled_at && await_confirms(sched, task) &&
            (!sched->still_since || await_place(task)->step < sched->still_since))
            return task;
    }
    return NULL;
}

static const struct set *all_spin(struct sched *sched, enum sched_verdict *ret_verdict)
{
    const struct task *unsure = unsure_find(sched);
    if (unsure) {
        sched->ready.tasks[sched->ready.count++] = task_number(sched, unsure);
        return &sched->ready;
    }
    sched->spins = true;
    sched->steps = sched->still_since - 1;
    sched->trace_hash = sched->still_hash;
    *ret_verdict = SCHED_SPINNING;
    return &sched->ready;
}

SCHED_APART const struct set *await_filter(struct sched *sched, const struct set *candidates,
                                           enum sched_verdict *ret_verdict)
{
    bool asleep = false;
    sched->ready.count = 0;
    for (uint32_t i = 0; i < candidates->count; i++)
        if (!task_awaits(sched, &sched->tasks[candidates->tasks[i]]))
            sched->ready.tasks[sched->ready.count++] = candidates->tasks[i];
    if (!sched->ready.count) /* fairness may have held others back */
        wakers_find(sched, &asleep);
    if (sched->ready.count)
        return &sched->ready;
    if (sched->awaited && !asleep)
        return candidates; /* a guess: let them go on */
    if (!asleep && !sched->outside.count)
        return all_spin(sched, ret_verdict);
    *ret_verdict = asleep ? SCHED_ASLEEP : SCHED_OUTSIDE;
    return candidates;
}
