/*
 * all: depth-first search without reduction, the oracle of the other algorithms: from each state
 * all that is possible.
 */
#include "search.h"

static void option_insert(struct explore *explore, const struct sched *sched, uint32_t event,
                          struct sched_option option)
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

void options_insert(struct explore *explore, struct sched *sched, enum explore_end end,
                    uint32_t first)
{
    uint32_t fresh = explore->planned > first ? first + 1 : first; /* others: when first come to */
    for (uint32_t event = fresh; event < explore->count; event++) {
        uint32_t count;
        const struct sched_option *options = sched_options_at(sched, event, &count);
        for (uint32_t i = 0; i < count; i++)
            option_insert(explore, sched, event, options[i]);
    }
    bool stopped = end == EXPLORE_END_ITSELF && sched_spurious_left(sched) &&
                   explore->count > first && !explore->notes[explore->count - 1].ends;
    for (uint32_t task = 0; stopped && task < explore->tasks; task++)
        end_insert(explore, sched, task);
}
