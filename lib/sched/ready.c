/*
 * ready: where pending tasks stand, and who may take the next step.
 */
#include "world.h"

/* ---- sets: the last member takes the place of the one that leaves ---- */

static inline void set_add(struct set *set, uint32_t *at, uint32_t task)
{
    set->tasks[set->count++] = task;
    *at = set->count;
}

#define SET_ADD(sched, set, task, at)                                                              \
    do {                                                                                           \
        if (!(task)->at)                                                                           \
            set_add(&(sched)->set, &(task)->at, task_number(sched, task));                         \
    } while (0)
#define SET_REMOVE(sched, set, task, at)                                                           \
    do {                                                                                           \
        if ((task)->at) {                                                                          \
            uint32_t moved_ = (sched)->set.tasks[--(sched)->set.count];                            \
            (sched)->set.tasks[(task)->at - 1] = moved_;                                           \
            (sched)->tasks[moved_].at = (task)->at;                                                \
            (task)->at = 0;                                                                        \
        }                                                                                          \
    } while (0)

/* ---- the heap of those that may give up at their deadline ---- */

static bool sooner(const struct sched *sched, uint32_t a, uint32_t b)
{
    uint64_t first = sched->tasks[a].op.deadline, second = sched->tasks[b].op.deadline;
    return first != second ? first < second : a < b;
}

static void heap_put(struct sched *sched, uint32_t index, uint32_t task)
{
    sched->timed.tasks[index] = task;
    sched->tasks[task].timed_at = index + 1;
}

static void heap_rise(struct sched *sched, uint32_t index, uint32_t task)
{
    for (uint32_t above; index && sooner(sched, task, sched->timed.tasks[above = (index - 1) / 2]);
         index = above)
        heap_put(sched, index, sched->timed.tasks[above]);
    heap_put(sched, index, task);
}

static void heap_sink(struct sched *sched, uint32_t index, uint32_t task)
{
    const struct set *heap = &sched->timed;
    for (uint32_t below; (below = 2 * index + 1) < heap->count; index = below) {
        if (below + 1 < heap->count && sooner(sched, heap->tasks[below + 1], heap->tasks[below]))
            below++;
        if (!sooner(sched, heap->tasks[below], task))
            break;
        heap_put(sched, index, heap->tasks[below]);
    }
    heap_put(sched, index, task);
}

static void heap_add(struct sched *sched, struct task *task)
{
    if (!task->timed_at)
        heap_rise(sched, sched->timed.count++, task_number(sched, task));
}

static void heap_remove(struct sched *sched, struct task *task)
{
    if (!task->timed_at)
        return;
    uint32_t index = task->timed_at - 1;
    uint32_t last = sched->timed.tasks[--sched->timed.count];
    task->timed_at = 0;
    if (last == task_number(sched, task))
        return;
    if (index && sooner(sched, last, sched->timed.tasks[(index - 1) / 2]))
        heap_rise(sched, index, last);
    else
        heap_sink(sched, index, last);
}

/* ---- where a task stands ---- */

/* Of those whose operation may end in another way than by being enabled. */
static SCHED_APART void standing_give_up(struct sched *sched, struct task *task, bool may)
{
    if (may && task->op.deadline != SCHED_NEVER)
        heap_add(sched, task);
    else
        heap_remove(sched, task);
    if (may && task->op.deadline == SCHED_NEVER)
        SET_ADD(sched, napping, task, napping_at);
    else
        SET_REMOVE(sched, napping, task, napping_at);
}

static inline void standing_set(struct sched *sched, struct task *task, bool enabled)
{
    if (!enabled) {
        SET_REMOVE(sched, enabled, task, enabled_at);
    } else if (!task->enabled_at) {
        SET_ADD(sched, enabled, task, enabled_at);
        task->ready_at = ++sched->ready_count;
    }
    if (task->gives_up)
        standing_give_up(sched, task, !enabled && may_give_up(sched, task));
}

void standing_update(struct sched *sched, struct task *task)
{
    task->gives_up = task->semantics->may_give_up &&
                     (task->op.deadline != SCHED_NEVER || task->op.kind == SCHED_WAKE);
    if (task->op.kind != SCHED_EXTERNAL) {
        standing_set(sched, task, outcomes_of(sched, task));
        return;
    }
    SET_ADD(sched, outside, task, outside_at);
    if (task->gives_up)
        heap_add(sched, task);
}

void standing_update_all(struct sched *sched, const struct object *object)
{
    for (uint32_t entry = object->pending; entry;) {
        struct task *task = &sched->tasks[(entry >> 1) - 1];
        if (task->op.kind == SCHED_LOCK || task->semantics->outcomes)
            standing_set(sched, task, outcomes_of(sched, task));
        entry = task->link[entry & 1].next;
    }
}

void standing_leave(struct sched *sched, struct task *task)
{
    SET_REMOVE(sched, enabled, task, enabled_at);
    if (task->gives_up) {
        heap_remove(sched, task);
        SET_REMOVE(sched, napping, task, napping_at);
    }
    if (task->op.kind == SCHED_EXTERNAL)
        SET_REMOVE(sched, outside, task, outside_at);
}

/* ---- candidates ---- */

static void candidate_add(struct sched *sched, uint32_t task)
{
    sched->candidates.tasks[sched->candidates.count++] = task;
}

/* Of those that may give up: all whose deadline is not after `until`. */
static void candidates_timed(struct sched *sched, uint64_t until, uint32_t index)
{
    if (index >= sched->timed.count)
        return;
    uint32_t number = sched->timed.tasks[index];
    const struct task *task = &sched->tasks[number];
    if (task->op.deadline > until)
        return;
    if (task->op.kind != SCHED_EXTERNAL || !outcomes_of(sched, task))
        candidate_add(sched, number);
    candidates_timed(sched, until, 2 * index + 1);
    candidates_timed(sched, until, 2 * index + 2);
}

/* Time that is no choice passes when nobody can go on, or when those who can only yield: they may
 * be waiting for it to pass. */
static bool time_may_pass(const struct sched *sched)
{
    if (sched->config.time_choices && !sched->strategy->natural)
        return true;
    for (uint32_t i = 0; i < sched->candidates.count; i++)
        if (!sched->tasks[sched->candidates.tasks[i]].yielded)
            return false;
    return true;
}

/* A spurious wake-up is possible at any time, but rare: most steps do not think of it. */
static void candidates_spurious(struct sched *sched)
{
    enum { ONE_IN = 16 };
    if (!sched->candidates.count || rng_below(&sched->rng, ONE_IN) != 0)
        return;
    for (uint32_t i = 0; i < sched->napping.count; i++)
        candidate_add(sched, sched->napping.tasks[i]);
}

static void candidates_outside(struct sched *sched)
{
    for (uint32_t i = 0; i < sched->outside.count; i++)
        if (outcomes_of(sched, &sched->tasks[sched->outside.tasks[i]]))
            candidate_add(sched, sched->outside.tasks[i]);
}

/* May the clock jump? Not ahead of those outside who are given the time. */
static bool clock_may_jump(struct sched *sched, uint64_t until)
{
    if (until <= sched->clock || !time_may_pass(sched))
        return false;
    if (sched->candidates.count || !sched->outside.count || !sched->config.pass ||
        sched->config.pass(sched->config.context, until - sched->clock))
        return true;
    candidates_outside(sched);
    return !sched->candidates.count;
}

const struct set *candidates_find(struct sched *sched)
{
    bool naps = sched->napping.count && sched->spurious_left && !sched->strategy->natural;
    if (!sched->timed.count && !sched->outside.count && !sched->held && !naps)
        return &sched->enabled;
    sched->candidates.count = 0;
    for (uint32_t i = 0; i < sched->enabled.count; i++)
        candidate_add(sched, sched->enabled.tasks[i]);
    candidates_outside(sched);
    uint64_t until = sched->clock;
    if (sched->timed.count) {
        uint64_t first = sched->tasks[sched->timed.tasks[0]].op.deadline;
        until = clock_may_jump(sched, first) ? first : until;
    }
    uint32_t able = sched->candidates.count;
    candidates_timed(sched, until, 0);
    if (sched->held)
        fair_filter(sched, &sched->candidates, able);
    if (naps)
        candidates_spurious(sched);
    return &sched->candidates;
}
