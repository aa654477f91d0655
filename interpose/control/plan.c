/*
 * plan: exhaustive search (lib/explore), between two schedules, from what the scheduler still shows
 * of the last one. Who ends a schedule plans the next: the engine that runs many, or the worker for
 * a process that died. So planner and scheduler live in memory that both share and no engine puts
 * back (control_room).
 */
#include "base/check.h"
#include "explore/explore.h"
#include "interpose/control/control.h"

struct room *control_room;

static struct search {
    struct explore *explore;
    size_t mark;     /* of the room, below the planner */
    uint32_t places; /* that were scheduling points when it began */
    uint32_t plans;  /* the last schedule is being turned into the next plan */
    /* A select looks at more than one channel, a goroutine's wait on a condition variable lets a
     * mutex go; only one object is seen of each. From the first of them on all are taken for one.
     */
    bool coarse;
} * search;

/* Where samples are taken, the scheduler alone lives there; without room for it, in memory that is
 * put back like the program's. */
struct room *control_search_room(void)
{
    const size_t size_samples = (size_t)4 << 30, size_search = (size_t)64 << 30; /* address space */
    bool samples = control_block->settings.search == SEARCH_SAMPLES;
    control_room = room_create(samples ? size_samples : size_search);
    if (samples)
        return control_room;
    search = control_room ? room_take(control_room, sizeof *search) : NULL;
    CHECK_MSG(search, "out of address space for exhaustive search; raise the limit (ulimit -v)");
    return control_room;
}

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
    if (!search->mark)
        search->mark = room_mark(control_room);
    room_rewind(control_room, search->mark);
    search->explore = explore_create(&(struct explore_config){
        .algorithm = bound ? EXPLORE_DFS : algorithms[settings->search],
        .steps_max = settings->steps_max,
        .tasks_max = EXPLORE_TASKS_MAX,
        .spurious_max = settings->spurious_max,
        .preemptions_max = settings->preemptions,
        .room = control_room,
    });
}

void control_search_begin(void)
{
    if (!is_exhaustive() ||
        (search->explore && search->places == atomic_load(&control_shared->racy_count)))
        return;
    search->places = atomic_load(&control_shared->racy_count);
    search_restart();
}

void control_plan(struct sched_plan *plan)
{
    if (!is_exhaustive())
        return;
    explore_plan(search->explore, plan);
    plan->coarse = search->coarse;
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
    case OUTCOME_ASSERT:
    case OUTCOME_CRASH:
        return EXPLORE_END_ABORTED;
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
        if (event->kind == SCHED_FORK)
            doubts |= DOUBT_CHILD;
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

static void plan_next(void)
{
    enum explore_end end = end_of(control_block->answer.outcome);
    if (!search->coarse && is_coarse()) {
        search->coarse = true;
        search_restart();
        return;
    }
    uint64_t cut = explore_stats(search->explore).cut;
    bool more = explore_next(search->explore, control_sched, end);
    struct explore_stats stats = explore_stats(search->explore);
    atomic_fetch_or(&control_shared->doubts, doubts_of(end));
    if (stats.cut > cut)
        atomic_fetch_or(&control_shared->doubts, DOUBT_LOST);
    atomic_store(&control_shared->done_ppm, (uint32_t)(1e6 * explore_done(search->explore)));
    atomic_store(&control_shared->bounded, stats.bounded != 0);
    if (!more)
        atomic_store(&control_shared->exhausted, 1);
}

void control_plan_next(void)
{
    if (!is_exhaustive())
        return;
    CHECK_MSG(!search->plans, "exhaustive search died while it planned");
    search->plans = 1;
    plan_next();
    search->plans = 0;
}

bool control_plans(void)
{
    return search && *(volatile uint32_t *)&search->plans;
}
