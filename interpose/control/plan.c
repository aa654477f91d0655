/*
 * plan: exhaustive search (lib/explore) in the worker: it plans between two schedules, from what
 * the scheduler still shows of the last one. The child shares the scheduler's memory with us.
 */
#include "base/check.h"
#include "explore/explore.h"
#include "interpose/control/control.h"

static struct explore *search;
static uint32_t places; /* that were scheduling points when it began */
/* A select looks at more than one channel, a goroutine's wait on a condition variable lets a mutex
 * go; only one object is seen of each. From the first of them on all are taken for one. */
static bool coarse;

static bool is_exhaustive(void)
{
    return control_block->settings.search != SEARCH_SAMPLES && !control_block->command.uncounted;
}

/* With other scheduling points, or another relation, all begins anew. */
static void search_restart(void)
{
    static const enum explore_algorithm algorithms[] = {
        [SEARCH_DPOR] = EXPLORE_OPTIMAL, [SEARCH_DFS] = EXPLORE_DFS};
    const struct explore_settings *settings = &control_block->settings;
    bool bound = settings->preemptions != TRACE_NONE;
    explore_destroy(search);
    search = explore_create(&(struct explore_config){
        .algorithm = bound ? EXPLORE_DFS : algorithms[settings->search],
        .steps_max = settings->steps_max,
        .tasks_max = EXPLORE_TASKS_MAX,
        .spurious_max = settings->spurious_max,
        .preemptions_max = settings->preemptions,
    });
}

void control_search_begin(void)
{
    if (!is_exhaustive() || (search && places == atomic_load(&control_shared->racy_count)))
        return;
    places = atomic_load(&control_shared->racy_count);
    search_restart();
}

void control_plan(struct sched_plan *plan)
{
    if (!is_exhaustive())
        return;
    explore_plan(search, plan);
    plan->coarse = coarse;
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
            doubts |= DOUBT_TICK;
    }
    return doubts;
}

static bool is_coarse(void)
{
    for (uint32_t i = 0; i < sched_steps(control_sched); i++) {
        uint32_t kind = control_block->trace[i].kind;
        if (kind == SCHED_SELECT || kind == SCHED_NOTIFY)
            return true;
    }
    return false;
}

void control_plan_next(void)
{
    if (!is_exhaustive())
        return;
    enum explore_end end = end_of(control_block->answer.outcome);
    if (!coarse && is_coarse()) {
        coarse = true;
        search_restart();
        return;
    }
    uint64_t cut = explore_stats(search).cut;
    bool more = explore_next(search, control_sched, end);
    struct explore_stats stats = explore_stats(search);
    atomic_fetch_or(&control_shared->doubts, doubts_of(end));
    if (stats.cut > cut)
        atomic_fetch_or(&control_shared->doubts, DOUBT_LOST);
    atomic_store(&control_shared->done_ppm, (uint32_t)(1e6 * explore_done(search)));
    atomic_store(&control_shared->bounded, stats.bounded != 0);
    if (!more)
        atomic_store(&control_shared->exhausted, 1);
}
