/*
 * canon: the lexicographic normal form of a Mazurkiewicz trace: of the events whose predecessors
 * have all been written, always the lowest task's. Dependence is stated here once more, from
 * RULES.md, and not taken from lib/sched.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 400 };

struct canon {
    const struct trace_event *events;
    const struct touched *touched;
    uint32_t count;
    const struct instruction *instruction[EVENTS_MAX]; /* NULL: START, END */
    bool before[EVENTS_MAX][EVENTS_MAX];               /* before[i][j]: j depends on i < j */
};

static bool is_access(uint32_t kind)
{
    return kind == SCHED_READ || kind == SCHED_WRITE || kind == SCHED_UPDATE;
}

static bool is_class(uint32_t kind, uint32_t first, uint32_t last)
{
    return kind >= first && kind <= last;
}

/* Kinds of object; 0: none that is shared. */
static int class_of(uint32_t kind)
{
    return is_access(kind)                                    ? 1
           : is_class(kind, SCHED_LOCK, SCHED_UNLOCK)         ? 2
           : kind == SCHED_CONSISTENT                         ? 2
           : is_class(kind, SCHED_WAIT, SCHED_BROADCAST)      ? 3
           : is_class(kind, SCHED_RDLOCK, SCHED_RWUNLOCK)     ? 4
           : kind == SCHED_WRQUEUE                            ? 4
           : is_class(kind, SCHED_SEM_WAIT, SCHED_SEM_POST)   ? 5
           : is_class(kind, SCHED_ARRIVE, SCHED_LEAVE)        ? 6
           : is_class(kind, SCHED_ONCE_BEGIN, SCHED_ONCE_END) ? 7
           : kind == SCHED_EXTERNAL                           ? 8
                                                              : 0;
}

/* Bytes overlap, at the granularity of 4 that lib/sched promises. */
static bool bytes_meet(const struct instruction *a, const struct instruction *b)
{
    uint64_t a_first = a->address / 4, a_last = (a->address + (a->count ? a->count - 1 : 0)) / 4;
    uint64_t b_first = b->address / 4, b_last = (b->address + (b->count ? b->count - 1 : 0)) / 4;
    return a_first <= b_last && b_first <= a_last;
}

static bool objects_meet(const struct instruction *a, const struct instruction *b)
{
    int class_a = class_of(a->kind), class_b = class_of(b->kind);
    uint64_t mutex_a = class_a == 2 ? a->address : a->mutex;
    uint64_t mutex_b = class_b == 2 ? b->address : b->mutex;
    if (mutex_a && mutex_a == mutex_b)
        return true;
    if (!class_a || class_a != class_b)
        return false;
    return class_a == 1 ? bytes_meet(a, b) : a->address == b->address;
}

static bool is_goroutines(uint32_t kind)
{
    return is_class(kind, SCHED_SEND, SCHED_AWAIT);
}

/* Channels and WaitGroups that the event is about: its operation's, and those of a select that it
 * decided. */
static bool is_about(const struct canon *canon, uint32_t event, uint64_t object)
{
    const struct instruction *now = canon->instruction[event];
    const struct touched *touched = &canon->touched[event];
    if (!now || !is_goroutines(now->kind))
        return false;
    for (int i = 0; i < now->cases_count; i++)
        if (now->cases[i].channel == object)
            return true;
    for (int i = 0; i < touched->count && i < MODEL_OBJECTS; i++)
        if (touched->objects[i] == object)
            return true;
    return now->address == object;
}

static bool goroutines_meet(const struct canon *canon, uint32_t i, uint32_t j)
{
    for (int object = 0; object < MODEL_OBJECTS; object++)
        if (is_about(canon, i, CHANNEL(object)) && is_about(canon, j, CHANNEL(object)))
            return true;
    return false;
}

static bool looked(const struct trace_event *event)
{
    return event->kind == SCHED_READ || event->kind == SCHED_LEAVE || event->flags & TRACE_LOOKED;
}

static bool holds_robust(const struct canon *canon, uint32_t end, const struct instruction *other)
{
    if (class_of(other->kind) != 2 && !other->mutex)
        return false;
    uint64_t mutex = other->mutex ? other->mutex : other->address;
    int depth = 0;
    for (uint32_t i = 0; i < end; i++) {
        const struct instruction *now = canon->instruction[i];
        if (canon->events[i].task != canon->events[end].task || !now || now->address != mutex ||
            !(now->flags & SCHED_ROBUST))
            continue;
        bool takes = now->kind == SCHED_LOCK || now->kind == SCHED_TRYLOCK;
        if (takes && !looked(&canon->events[i]))
            depth = 1;
        if (now->kind == SCHED_UNLOCK)
            depth = 0;
    }
    return depth;
}

static bool depends(const struct canon *canon, uint32_t i, uint32_t j)
{
    const struct trace_event *first = &canon->events[i], *second = &canon->events[j];
    const struct instruction *a = canon->instruction[i], *b = canon->instruction[j];
    if (first->task == second->task || first->kind == SCHED_EXIT || second->kind == SCHED_EXIT)
        return true;
    if (first->kind == SCHED_END && b)
        return (b->kind == SCHED_JOIN && b->count == first->task) || holds_robust(canon, i, b);
    if (second->kind == SCHED_END && a)
        return holds_robust(canon, j, a);
    if (a && a->effect == EFFECT_SPAWN && second->kind == SCHED_START)
        return canon->before[i][j]; /* noted by the caller */
    if (goroutines_meet(canon, i, j))
        return true;
    return a && b && objects_meet(a, b) && !(looked(first) && looked(second));
}

static uint64_t normal_form(const struct canon *canon)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    bool written[EVENTS_MAX] = {0};
    for (uint32_t n = 0; n < canon->count; n++) {
        uint32_t best = EVENTS_MAX;
        for (uint32_t i = 0; i < canon->count; i++) {
            bool minimal = !written[i];
            for (uint32_t j = 0; j < i && minimal; j++)
                minimal = written[j] || !canon->before[j][i];
            if (minimal && (best == EVENTS_MAX || canon->events[i].task < canon->events[best].task))
                best = i;
        }
        written[best] = true;
        hash = (hash ^ (canon->events[best].task + 1)) * UINT64_C(0x100000001b3);
        hash = (hash ^ canon->events[best].outcome) * UINT64_C(0x100000001b3);
        hash ^= hash >> 29;
    }
    return hash;
}

/* Which instruction each event was; who made each task. */
static void events_read(struct canon *canon, const struct model *model)
{
    for (uint32_t i = 0; i < canon->count; i++) {
        uint64_t pc = canon->events[i].pc;
        canon->instruction[i] =
            pc ? &model->program->codes[pc / 1000 - 1].instructions[pc % 1000] : NULL;
    }
    uint32_t made = 1;
    for (uint32_t i = 0; i < canon->count; i++) {
        if (!canon->instruction[i] || canon->instruction[i]->effect != EFFECT_SPAWN)
            continue;
        for (uint32_t j = i + 1; j < canon->count; j++)
            if (canon->events[j].task == made && canon->events[j].kind == SCHED_START)
                canon->before[i][j] = true;
        made++;
    }
}

uint64_t canon_of(const struct model *model)
{
    static struct canon whole; /* large: cleared as far as it is used */
    struct canon *canon = &whole;
    canon->events = model->events;
    canon->touched = model->touched;
    canon->count = sched_steps(model->sched);
    if (canon->count > EVENTS_MAX)
        abort();
    for (uint32_t i = 0; i < canon->count; i++)
        memset(canon->before[i], 0, canon->count * sizeof canon->before[i][0]);
    events_read(canon, model);
    for (uint32_t j = 0; j < canon->count; j++)
        for (uint32_t i = 0; i < j; i++)
            canon->before[i][j] = canon->before[i][j] || depends(canon, i, j);
    return normal_form(canon);
}
