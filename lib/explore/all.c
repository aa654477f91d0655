/*
 * all: depth-first search without reduction: from each state all that is possible. The oracle of
 * the other algorithms and, with a bound on preemptions (Musuvathi & Qadeer: Iterative Context
 * Bounding for Systematic Testing of Multithreaded Programs, PLDI 2007), a search that is complete
 * within it.
 *
 * A preemption is a switch away from a task that could have gone on and did not yield. With a
 * bound, a state that was come to before, by no more preemptions and with the same task running, is
 * not gone on from: executions whose beginnings have the same trace are in the same state. So
 * memory is that of the states seen.
 */
#include "search.h"

#include "base/check.h"
#include "base/rng.h"

/* ---- states seen ---- */

struct seen_state {
    uint64_t key; /* 0 = free */
    uint32_t preemptions;
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

/* Was it come to before, with as many preemptions left? */
static bool seen_before(struct explore *explore, uint64_t trace, uint32_t task,
                        uint32_t preemptions)
{
    if (2 * explore->seen_count >= explore->seen_mask)
        seen_grow(explore);
    uint64_t key = rng_mix(trace + task * RNG_GOLDEN) | 1;
    struct seen_state *state = seen_find(explore, key);
    if (state->key && state->preemptions <= preemptions)
        return true;
    explore->seen_count += !state->key;
    *state = (struct seen_state){.key = key, .preemptions = preemptions};
    return false;
}

/* ---- options ---- */

struct options {
    const struct sched_option *at;
    uint32_t count;
};

/* Would it be a preemption if the task took this event? */
static bool preempts(const struct explore *explore, uint32_t event, struct options options,
                     uint32_t task)
{
    const struct trace_note *before = event ? &explore->notes[event - 1] : NULL;
    if (!before || before->task == task || before->kind == SCHED_YIELD)
        return false;
    for (uint32_t i = 0; i < options.count; i++)
        if (options.at[i].task == before->task && options.at[i].outcome < TRACE_TIMED_OUT)
            return true;
    return false;
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
    if (explore->nodes[event].preemptions + preempts(explore, event, options, option.task) >
        explore->config.preemptions_max)
        explore->stats.bounded++;
    else
        wakeup_append(explore, event, &step);
}

/* Where the execution stopped somebody could still wake without cause. */
static void end_insert(struct explore *explore, struct sched *sched, uint32_t task)
{
    struct trace_note note;
    bool possible;
    if (!sched_pending_note(sched, task, &note, &possible) || possible || !note.spurious ||
        note.signalled)
        return;
    note.outcome = TRACE_SPURIOUS;
    wakeup_append(explore, explore->count, &note);
}

/* Where it was come to a state that was gone on from before. */
static uint32_t options_of_events(struct explore *explore, const struct sched *sched,
                                  uint32_t first)
{
    bool bound = explore->config.preemptions_max != UINT32_MAX;
    uint32_t fresh = explore->planned > first ? first + 1 : first; /* others: when first come to */
    uint64_t trace = first ? explore->nodes[first].trace : 0;
    for (uint32_t event = first; event < explore->count; event++) {
        struct options options;
        const struct trace_note *done = &explore->notes[event];
        struct node *node = &explore->nodes[event];
        options.at = sched_options_at(sched, event, &options.count);
        if (bound && event >= fresh && event &&
            seen_before(explore, trace, explore->notes[event - 1].task, node->preemptions))
            return event;
        for (uint32_t i = 0; i < options.count && event >= fresh; i++)
            option_insert(explore, sched, event, options, options.at[i]);
        node[1].preemptions = node->preemptions + preempts(explore, event, options, done->task);
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
    for (uint32_t task = 0; stopped && task < explore->tasks; task++)
        end_insert(explore, sched, task);
}
