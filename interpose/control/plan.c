/*
 * plan: exhaustive search (lib/explore) in the worker: it plans between two schedules, from what
 * the scheduler still shows of the last one. The child shares the scheduler's memory with us.
 */
#include "base/check.h"
#include "explore/explore.h"
#include "interpose/control/control.h"

static struct explore *search;
static uint32_t places; /* that were scheduling points when it began */

static bool is_exhaustive(void)
{
    return control_block->settings.search != SEARCH_SAMPLES && !control_block->command.uncounted;
}

void control_search_begin(void)
{
    static const enum explore_algorithm algorithms[] = {
        [SEARCH_DPOR] = EXPLORE_OPTIMAL, [SEARCH_DFS] = EXPLORE_DFS};
    if (!is_exhaustive() || (search && places == atomic_load(&control_shared->racy_count)))
        return;
    explore_destroy(search); /* with more scheduling points it is another program */
    places = atomic_load(&control_shared->racy_count);
    search = explore_create(&(struct explore_config){
        .algorithm = algorithms[control_block->settings.search],
        .steps_max = control_block->settings.steps_max,
        .tasks_max = EXPLORE_TASKS_MAX,
        .spurious_max = control_block->settings.spurious_max,
    });
}

void control_plan(struct sched_plan *plan)
{
    if (is_exhaustive())
        explore_plan(search, plan);
}

static enum explore_end end_of(uint32_t outcome)
{
    switch (outcome) {
    case OUTCOME_ASLEEP:
        return EXPLORE_END_ASLEEP;
    case OUTCOME_LIVELOCK:
        return EXPLORE_END_LONG;
    case OUTCOME_DIVERGED:
        return EXPLORE_END_LOST;
    default:
        return EXPLORE_END_ITSELF;
    }
}

/* What makes the proof doubtful. */
static uint32_t doubts_of(enum explore_end end)
{
    uint32_t doubts = end == EXPLORE_END_LONG   ? DOUBT_LONG
                      : end == EXPLORE_END_LOST ? DOUBT_LOST
                                                : 0;
    if (sched_awaited(control_sched))
        doubts |= DOUBT_LOOP;
    for (uint32_t i = 0; i < sched_steps(control_sched); i++) {
        const struct trace_event *event = &control_block->trace[i];
        if (event->kind == SCHED_EXTERNAL)
            doubts |= DOUBT_OUTSIDE;
        if (event->kind == SCHED_KILL || event->kind == SCHED_CANCEL ||
            event->outcome >= TRACE_INTERRUPTED)
            doubts |= DOUBT_DISTURBED;
        if (event->kind == SCHED_TICK)
            doubts |= DOUBT_LOST; /* it came by processor time */
    }
    return doubts;
}

void control_plan_next(void)
{
    if (!is_exhaustive())
        return;
    enum explore_end end = end_of(control_block->answer.outcome);
    uint64_t cut = explore_stats(search).cut;
    bool more = explore_next(search, control_sched, end);
    struct explore_stats stats = explore_stats(search);
    atomic_fetch_or(&control_shared->doubts, doubts_of(end));
    if (stats.cut > cut)
        atomic_fetch_or(&control_shared->doubts, DOUBT_LOST);
    atomic_store(&control_shared->waiting, stats.waiting);
    if (!more)
        atomic_store(&control_shared->exhausted, 1);
}
