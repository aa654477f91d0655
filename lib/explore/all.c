/*
 * all: depth-first search without reduction: from each state all that is possible. The oracle of
 * the other algorithms and, with a bound (Musuvathi & Qadeer: Iterative Context Bounding for
 * Systematic Testing of Multithreaded Programs, PLDI 2007; for delays see explore.h), a search that
 * is complete within it.
 *
 * With a bound, a state that was come to before, with no more of it spent and with the same task
 * running, is not gone on from: executions whose beginnings have the same trace are in the same
 * state. So memory is that of the states seen.
 *
 * A yield is what the scheduler takes for one (sched/fair.c: a failed try and a time-out are, too),
 * so a bound on preemptions is kept also by what goes on freely where the plan ends.
 */
#include "search.h"

#include "base/check.h"
#include "base/rng.h"

/* ---- states seen ---- */

struct seen_state {
    uint64_t key; /* 0 = free */
    uint32_t spent;
};

enum { SEEN_INITIAL = 1 << 12 };

static struct seen_state *seen_find(const struct explore *explore, uint64_t key)
{
    uint64_t i = key & explore->seen_mask;
    while (explore->seen[i].key && explore->seen[i].key != key)
        i = (i + 1) & explore->seen_mask;
    return &explore->seen[i];
}

void seen_done(struct explore *explore)
{
    if (explore->seen)
        room_give(explore->config.room, explore->seen,
                  (explore->seen_mask + 1) * sizeof *explore->seen);
}

static void seen_grow(struct explore *explore)
{
    struct explore old = *explore;
    uint64_t size = old.seen ? 2 * (old.seen_mask + 1) : SEEN_INITIAL;
    explore->seen = room_take(explore->config.room, size * sizeof *explore->seen);
    CHECK_MSG(explore->seen, "out of memory for the states that exhaustive search has seen");
    explore->seen_mask = size - 1;
    for (uint64_t i = 0; old.seen && i <= old.seen_mask; i++)
        if (old.seen[i].key)
            *seen_find(explore, old.seen[i].key) = old.seen[i];
    seen_done(&old);
}

/* Which numbers tasks have is no part of the trace, but delays are counted by it. */
static uint64_t numbers_hash(const struct explore *explore, const struct sched *sched)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < explore->tasks && explore->config.bound == EXPLORE_DELAYS; i++)
        hash = rng_mix(hash + sched_path(sched, i));
    return hash;
}

/* Was the state come to before, with as much of the bound left? `last` was the step there. */
static bool seen_before(struct explore *explore, uint64_t state, const struct trace_note *last,
                        uint32_t spent)
{
    if (2 * explore->seen_count >= explore->seen_mask)
        seen_grow(explore);
    uint64_t key = rng_mix(state + rng_mix(last->path + last->yielded)) | 1;
    struct seen_state *seen = seen_find(explore, key);
    if (seen->key && seen->spent <= spent)
        return true;
    explore->seen_count += !seen->key;
    *seen = (struct seen_state){.key = key, .spent = spent};
    return false;
}

/* ---- options ---- */

struct options {
    const struct sched_option *at;
    uint32_t count;
};

/* Can the task go on there, without giving up what it waits for? */
static bool is_able(struct options options, uint32_t task)
{
    for (uint32_t i = 0; i < options.count; i++)
        if (options.at[i].task == task && options.at[i].outcome < TRACE_TIMED_OUT)
            return true;
    return false;
}

/* The task that took the step before, if it could go on and did not yield. */
static uint32_t running_at(const struct explore *explore, uint32_t event, struct options options)
{
    const struct trace_note *before = event ? &explore->notes[event - 1] : NULL;
    return before && !before->yielded && is_able(options, before->task) ? before->task : SCHED_NONE;
}

/* How many others would a scheduler without delays take before this one? Options come task after
 * task. */
static uint32_t delays_before(struct options options, uint32_t task, uint32_t running)
{
    uint32_t count = 0;
    bool able = is_able(options, task);
    for (uint32_t i = 0; i < options.count && task != running; i++) {
        uint32_t other = options.at[i].task;
        if (other == task || (i && other == options.at[i - 1].task))
            continue;
        bool other_able = is_able(options, other);
        count += other == running || other_able > able || (other_able == able && other < task);
    }
    return count;
}

/* What the task costs of the bound if it goes next. */
static uint32_t cost_of(const struct explore *explore, uint32_t event, struct options options,
                        uint32_t task)
{
    uint32_t running = running_at(explore, event, options);
    switch (explore->config.bound) {
    case EXPLORE_UNBOUNDED:
        return 0;
    case EXPLORE_PREEMPTIONS:
        return running != SCHED_NONE && running != task;
    case EXPLORE_DELAYS:
        return delays_before(options, task, running);
    }
    return 0;
}

/* From node `event`, when as much of the bound may be spent as it takes. */
static void step_insert(struct explore *explore, uint32_t event, const struct trace_note *step,
                        uint32_t spent)
{
    if (spent <= explore->bound)
        wakeup_append(explore, event, step);
    else if (spent <= explore->config.bound_last)
        bound_defer(explore, event, step, spent);
    else
        explore->stats.bounded++;
}

static void option_insert(struct explore *explore, const struct sched *sched, uint32_t event,
                          struct options options, struct sched_option option)
{
    const struct trace_note *done = &explore->notes[event];
    bool others_wait = done->kind == SCHED_CHOOSE && done->flags & SCHED_AT_ONCE;
    struct trace_note step = {.path = sched_path(sched, option.task),
                              .task = option.task,
                              .outcome = option.outcome,
                              .kind = SCHED_KINDS};
    bool same = option.task == done->task;
    if ((same && option.outcome == done->outcome) || (others_wait && !same))
        return;
    uint32_t spent = explore->nodes[event].spent;
    spent += others_wait ? 0 : cost_of(explore, event, options, option.task);
    step_insert(explore, event, &step, spent);
}

/* Where the execution stopped somebody could still wake without cause: is it this task? `others`
 * could, too, and come before it. */
static bool end_insert(struct explore *explore, struct sched *sched, uint32_t task, uint32_t others)
{
    uint32_t cost = explore->config.bound == EXPLORE_DELAYS ? others : 0; /* nobody runs */
    struct trace_note note;
    bool possible;
    if (!sched_pending_note(sched, task, &note, &possible) || possible || !note.spurious ||
        note.signalled)
        return false;
    note.outcome = TRACE_SPURIOUS;
    step_insert(explore, explore->count, &note, explore->nodes[explore->count].spent + cost);
    return true;
}

/* Where it was come to a state that was gone on from before. */
static uint32_t options_of_events(struct explore *explore, const struct sched *sched,
                                  uint32_t first)
{
    bool bound = explore->config.bound != EXPLORE_UNBOUNDED;
    uint32_t fresh =
        explore->planned; /* of those before, others were looked at when first come to */
    uint64_t trace = first ? explore->nodes[first].trace : 0;
    uint64_t numbers = numbers_hash(explore, sched);
    for (uint32_t event = first; event < explore->count; event++) {
        struct options options;
        const struct trace_note *done = &explore->notes[event];
        struct node *node = &explore->nodes[event];
        options.at = sched_options_at(sched, event, &options.count);
        if (bound && event >= fresh && event &&
            seen_before(explore, trace + numbers, &explore->notes[event - 1], node->spent))
            return event;
        for (uint32_t i = 0; i < options.count && event >= fresh; i++)
            option_insert(explore, sched, event, options, options.at[i]);
        node[1].spent = node->spent;
        if (!(done->kind == SCHED_CHOOSE && done->flags & SCHED_AT_ONCE))
            node[1].spent += cost_of(explore, event, options, done->task);
        trace += sched_event_hash(sched, event);
        node[1].trace = trace;
    }
    return explore->count;
}

void options_insert(struct explore *explore, struct sched *sched, enum explore_end end,
                    uint32_t first)
{
    uint32_t reached = options_of_events(explore, sched, first);
    bool stopped = end == EXPLORE_END_ITSELF && sched_spurious_left(sched) &&
                   reached == explore->count && reached > first &&
                   !explore->notes[reached - 1].ends;
    for (uint32_t task = 0, others = 0; stopped && task < explore->tasks; task++)
        others += end_insert(explore, sched, task, others);
}
