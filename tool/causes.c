/*
 * causes: see causes.h.
 */
#include "causes.h"

#include <errno.h>
#include <stdlib.h>

#include "base/check.h"
#include "sched/sched.h"

/* What happened to an object last; steps, from 1. */
struct past {
    uint32_t released; /* unlocked, posted, done, ended */
    uint32_t read;     /* unlocked by a reader */
    uint32_t writer;   /* locked for writing and not unlocked since */
};

struct walk {
    const struct failure *failure;
    const struct explore_task *tasks;
    struct causes causes;
    struct past *pasts; /* by object */
};

/* ---- objects ---- */

static int uid_order(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Numbers the objects. How many there are. */
static uint32_t objects_number(const struct failure *failure, uint32_t *ret_numbers)
{
    uint64_t *uids = calloc((size_t)failure->count + 1, sizeof *uids);
    CHECK_MSG(uids, "out of memory");
    uint32_t found = 0, kept = 0;
    for (uint32_t i = 0; i < failure->count; i++)
        if (failure->steps[i].object)
            uids[found++] = failure->steps[i].object;
    qsort(uids, found, sizeof *uids, uid_order);
    for (uint32_t i = 0; i < found; i++)
        if (!i || uids[i] != uids[i - 1])
            uids[kept++] = uids[i];
    for (uint32_t i = 0; i < failure->count; i++) {
        const uint64_t *at =
            bsearch(&failure->steps[i].object, uids, kept, sizeof *uids, uid_order);
        ret_numbers[i] = at ? (uint32_t)(at - uids) + 1 : 0;
    }
    free(uids);
    return kept;
}

/* The mutex that goes with the wait of step `i`: its task locked it before. */
static struct past *mutex_of(const struct walk *walk, uint32_t i)
{
    uint64_t address = walk->failure->moments ? walk->failure->moments[i].mutex : 0;
    while (address && i--) {
        const struct trace_event *step = &walk->failure->steps[i];
        if ((step->kind == SCHED_LOCK || step->kind == SCHED_TRYLOCK) && step->address == address)
            return &walk->pasts[walk->causes.objects[i]];
    }
    return NULL;
}

/* ---- what a step ends, and what it follows ---- */

static bool is_try(uint32_t kind)
{
    return kind == SCHED_TRYLOCK || kind == SCHED_TRYWRLOCK || kind == SCHED_TRYRDLOCK ||
           kind == SCHED_SEM_TRYWAIT;
}

/* Did the operation do what it is for? A mutex whose owner died is locked all the same. */
static bool worked(const struct walk *walk, uint32_t i)
{
    const struct trace_event *step = &walk->failure->steps[i];
    const struct explore_moment *moments = walk->failure->moments;
    if (step->outcome >= TRACE_TIMED_OUT)
        return false;
    if (moments && moments[i].result && moments[i].result != EOWNERDEAD)
        return false;
    return moments || !is_try(step->kind) || !(step->flags & TRACE_LOOKED);
}

static void past_note(const struct walk *walk, uint32_t i, struct past *past)
{
    const struct trace_event *step = &walk->failure->steps[i];
    uint32_t number = i + 1;
    if (!worked(walk, i))
        return;
    switch (step->kind) {
    case SCHED_WAIT:
        past = mutex_of(walk, i);
        if (past)
            past->released = number;
        break;
    case SCHED_UNLOCK:
    case SCHED_SEM_POST:
    case SCHED_ONCE_END:
    case SCHED_END:
        past->released = number;
        break;
    case SCHED_WRLOCK:
    case SCHED_TRYWRLOCK:
        past->writer = number;
        break;
    case SCHED_RWUNLOCK:
        if (past->writer && walk->failure->steps[past->writer - 1].task == step->task)
            past->released = number;
        else
            past->read = number;
        past->writer = 0;
        break;
    default:
        break;
    }
}

/* The step in whose wake it became possible, if that completed the barrier. */
static uint32_t barrier_cause(const struct walk *walk, uint32_t i)
{
    uint32_t ready = walk->failure->moments ? walk->failure->moments[i].ready : 0;
    if (ready < 2 || walk->failure->steps[ready - 2].kind != SCHED_ARRIVE ||
        walk->causes.objects[ready - 2] != walk->causes.objects[i])
        return 0;
    return ready - 1;
}

static uint32_t object_cause(const struct walk *walk, uint32_t i, const struct past *past)
{
    switch (walk->failure->steps[i].kind) {
    case SCHED_LOCK:
    case SCHED_TRYLOCK:
    case SCHED_SEM_WAIT:
    case SCHED_SEM_TRYWAIT:
    case SCHED_JOIN:
    case SCHED_RDLOCK:
    case SCHED_TRYRDLOCK:
        return worked(walk, i) ? past->released : 0;
    case SCHED_ONCE_BEGIN:
        return past->released;
    case SCHED_WRLOCK:
    case SCHED_TRYWRLOCK:
        return !worked(walk, i) ? 0 : past->read > past->released ? past->read : past->released;
    case SCHED_LEAVE:
        return barrier_cause(walk, i);
    case SCHED_WAKE:
        past = mutex_of(walk, i);
        return past && worked(walk, i) ? past->released : 0;
    default:
        return 0;
    }
}

/* Who made the task, or woke it. */
static uint32_t task_cause(const struct walk *walk, uint32_t i)
{
    const struct trace_event *step = &walk->failure->steps[i];
    const struct explore_moment *moments = walk->failure->moments;
    if (step->kind == SCHED_START)
        return walk->tasks[step->task].born;
    if (step->kind == SCHED_WAKE || step->kind == SCHED_PARKED)
        return moments && step->outcome < TRACE_TIMED_OUT ? moments[i].cause : 0;
    return 0;
}

static void cause_add(const struct walk *walk, uint32_t i, uint32_t cause)
{
    uint32_t *after = walk->causes.after[i];
    if (!cause || cause > i ||
        walk->failure->steps[cause - 1].task == walk->failure->steps[i].task || after[0] == cause)
        return;
    after[after[0] != 0] = cause;
}

struct causes causes_find(const struct failure *failure, const struct explore_task *tasks)
{
    size_t count = (size_t)failure->count + 1;
    struct walk walk = {.failure = failure, .tasks = tasks};
    walk.causes.objects = calloc(count, sizeof *walk.causes.objects);
    walk.causes.after = calloc(count, sizeof *walk.causes.after);
    CHECK_MSG(walk.causes.objects && walk.causes.after, "out of memory");
    uint32_t objects = objects_number(failure, walk.causes.objects);
    walk.pasts = calloc((size_t)objects + 1, sizeof *walk.pasts); /* 0: of no object, unused */
    CHECK_MSG(walk.pasts, "out of memory");
    for (uint32_t i = 0; i < failure->count; i++) {
        struct past *past = &walk.pasts[walk.causes.objects[i]];
        cause_add(&walk, i, task_cause(&walk, i));
        if (walk.causes.objects[i])
            cause_add(&walk, i, object_cause(&walk, i, past));
        if (walk.causes.objects[i])
            past_note(&walk, i, past);
    }
    free(walk.pasts);
    return walk.causes;
}

void causes_done(struct causes *causes)
{
    free(causes->objects);
    free(causes->after);
    *causes = (struct causes){0};
}
