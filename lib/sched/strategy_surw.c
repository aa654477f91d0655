/*
 * surw: selectively uniform random walk; Zhao, Wolff, Mathur, Roychoudhury, Selectively Uniform
 * Concurrency Testing, ASPLOS 2025. Knowing how many interesting events each task has left, the
 * task that is to take the next one is drawn in proportion: so every order of the interesting
 * events is equally likely (where tasks do not block each other). Who stands before an interesting
 * event without having been drawn waits; everything else goes in any order.
 *
 * The counts come from the profile; a task stands for the children it will have until it makes
 * them. Interesting are, by the toss of a coin for each execution, the operations on all objects
 * that several tasks use, or on one of these.
 *
 * Where who was drawn is blocked, what goes in any order may go on for ever: a periodic timer, a
 * loop that sleeps. After some rounds another one is drawn.
 */
#include "profile_use.h"

enum { SURW_NAPS = 8 };

struct surw {
    bool ready;                    /* the profile is complete */
    uint32_t only;                 /* index + 1 of the object; 0: all shared ones */
    uint32_t intended;             /* task + 1; 0: to be drawn */
    uint32_t naps;                 /* sleeps and yields since then */
    uint32_t total[PROFILE_TASKS]; /* interesting events of a task and those it makes */
};

static bool object_interests(const struct sched *sched, const struct surw *surw, uint32_t index)
{
    const struct profile_object *object = &sched->config.profile->objects[index];
    return object->kind && !object->owner && (!surw->only || surw->only == index + 1);
}

static void totals_fill(const struct sched *sched, struct surw *surw)
{
    const struct sched_profile *profile = sched->config.profile;
    for (uint32_t i = 0; i < profile->tasks_count; i++)
        surw->total[i] = 0;
    for (uint32_t i = 0; i < profile->counts_used; i++) {
        const struct profile_count *count = &profile->counts[i];
        if (object_interests(sched, surw, count->object - 1))
            surw->total[count->task - 1] += count->events;
    }
    for (uint32_t i = profile->tasks_count; i-- > 0;)
        if (profile->tasks[i].parent)
            surw->total[profile->tasks[i].parent - 1] += surw->total[i];
}

static void surw_begin(struct sched *sched)
{
    const struct sched_profile *profile = sched->config.profile;
    struct surw *surw = sched->strategy_state;
    surw->ready = profile && !sched->profiling && profile->shared_count;
    surw->only = surw->intended = surw->naps = 0;
    if (!surw->ready)
        return;
    if (rng_below(&sched->rng, 2))
        surw->only = 1 + profile->shared[rng_below(&sched->rng, profile->shared_count)];
    totals_fill(sched, surw);
}

static void surw_created(struct sched *sched, struct task *task)
{
    struct surw *surw = sched->strategy_state;
    if (!surw->ready)
        return;
    task->weight = task->profiled ? surw->total[task->profiled - 1] : 1;
    if (task->creator == SCHED_NONE)
        return;
    struct task *parent = &sched->tasks[task->creator];
    if (parent->weight < task->weight)
        parent->weight = task->weight;
    /* Who was drawn for its children's sake may have meant this one. */
    if (surw->intended == task->creator + 1 && task->weight &&
        rng_below(&sched->rng, parent->weight) < task->weight)
        surw->intended = task_number(sched, task) + 1;
    parent->weight -= task->weight;
}

static void surw_pended(struct sched *sched, struct task *task)
{
    const struct surw *surw = sched->strategy_state;
    const struct object *object = task->object[0];
    task->interests = surw->ready && object && object->class != OBJECT_TASK &&
                      object_interests(sched, surw, profile_object(sched->config.profile, object));
}

/* In proportion to what they have left; `among` NULL: all that live. SCHED_NONE: nothing is. */
static uint32_t surw_draw(struct sched *sched, const struct set *among)
{
    uint32_t count = among ? among->count : sched->tasks_count, total = 0;
    for (uint32_t i = 0; i < count; i++)
        total += sched->tasks[among ? among->tasks[i] : i].weight;
    if (!total)
        return SCHED_NONE;
    uint32_t drawn = rng_below(&sched->rng, total), i = 0;
    for (;; i++) {
        uint32_t weight = sched->tasks[among ? among->tasks[i] : i].weight;
        if (drawn < weight)
            return i;
        drawn -= weight;
    }
}

/* One of those that may go whoever was drawn, or that was; count when there is none. */
static uint32_t surw_free(struct sched *sched, const struct set *candidates, uint32_t intended)
{
    uint32_t chosen = candidates->count, seen = 0;
    for (uint32_t i = 0; i < candidates->count; i++) {
        uint32_t task = candidates->tasks[i];
        if (sched->tasks[task].interests && task + 1 != intended)
            continue;
        if (rng_below(&sched->rng, ++seen) == 0)
            chosen = i;
    }
    return chosen;
}

static uint32_t surw_pick(struct sched *sched, const struct set *candidates)
{
    struct surw *surw = sched->strategy_state;
    if (!surw->ready)
        return rng_below(&sched->rng, candidates->count);
    if (!surw->intended)
        surw->intended = surw_draw(sched, NULL) + 1; /* none: 0 */
    if (!surw->intended)                             /* there is more than was counted */
        return rng_below(&sched->rng, candidates->count);
    uint32_t chosen = surw_free(sched, candidates, surw->intended);
    if (chosen < candidates->count && surw->naps < SURW_NAPS)
        return chosen;
    chosen = surw_draw(sched, candidates); /* who was drawn is blocked */
    return chosen == SCHED_NONE ? rng_below(&sched->rng, candidates->count) : chosen;
}

static void surw_stepped(struct sched *sched, struct task *task)
{
    struct surw *surw = sched->strategy_state;
    if (task->state == TASK_ENDED)
        task->weight = 0;
    if (task->interests && task->weight)
        task->weight--;
    if (task->op.kind == SCHED_SLEEP || task->op.kind == SCHED_YIELD)
        surw->naps++;
    if (task->interests || task->state == TASK_ENDED)
        surw->intended = surw->naps = 0;
}

const struct strategy strategy_surw = {
    .name = "surw",
    .help = "every order of the interesting operations equally likely",
    .begin = surw_begin,
    .created = surw_created,
    .pended = surw_pended,
    .pick = surw_pick,
    .stepped = surw_stepped,
};
