/*
 * plan: exhaustive search (lib/explore), between two schedules, from what the scheduler still shows
 * of the last one. Who ends a schedule plans the next: the engine that runs many, or the worker for
 * a process that died. So planner and scheduler live in memory that both share and no engine puts
 * back (control_room).
 *
 * Several workers share a frontier (explore/frontier.h). Who has no part of it left waits here for
 * one, and is hungry: the others give. What each has lies in memory of all, so any worker can write
 * down the whole search while none is busy.
 */
#include <sys/syscall.h>

#include "base/check.h"
#include "base/sys.h"
#include "explore/frontier.h"
#include "interpose/control/plan.h"

struct room *control_room;
struct plan_common *plan_common;
static struct plan_search *search; /* this worker's */

static bool is_exhaustive(void)
{
    return control_block->settings.search != SEARCH_SAMPLES && !control_block->command.uncounted;
}

/* ---- life ---- */

/* As much for one worker as for many, or what the program maps would lie elsewhere. */
void control_search_create(void)
{
    const size_t size = (size_t)32 << 30; /* address space, of each */
    if (control_block->settings.search == SEARCH_SAMPLES)
        return;
    struct room *all = room_create(size * (EXPLORE_WORKERS_MAX + 2));
    plan_common = all ? room_take(all, sizeof *plan_common) : NULL;
    CHECK_MSG(plan_common,
              "out of address space for exhaustive search; raise the limit (ulimit -v)");
    plan_common->room = room_create_in(all, size);
    for (uint32_t i = 0; i < control_shared->workers; i++)
        plan_common->searches[i].room = room_create_in(all, size);
}

/* Where samples are taken, the scheduler alone lives there; without room for it, in memory that is
 * put back like the program's. */
struct room *control_search_room(void)
{
    const size_t size_samples = (size_t)4 << 30; /* address space */
    if (!plan_common) {
        control_room = room_create(size_samples);
        return control_room;
    }
    search = &plan_common->searches[control_worker];
    control_room = search->room;
    control_state_begin(control_room);
    control_loops_begin(control_room);
    return control_room;
}

static struct explore_config config_make(void)
{
    const struct explore_settings *settings = &control_block->settings;
    bool preemptions = settings->preemptions != TRACE_NONE, delays = settings->delays != TRACE_NONE;
    uint32_t bound = preemptions ? settings->preemptions : settings->delays;
    return (struct explore_config){
        .algorithm = preemptions || delays || settings->search == SEARCH_DFS ? EXPLORE_DFS
                     : settings->shared                                      ? EXPLORE_SHARED
                                                                             : EXPLORE_OPTIMAL,
        .steps_max = settings->steps_max,
        .tasks_max = EXPLORE_TASKS_MAX,
        .spurious_max = settings->spurious_max,
        .bound = preemptions ? EXPLORE_PREEMPTIONS
                 : delays    ? EXPLORE_DELAYS
                             : EXPLORE_UNBOUNDED,
        .bound_first = settings->deepen ? 0 : bound,
        .bound_last = bound,
    };
}

/* Others may still use the one before. */
static void frontier_renew(void)
{
    struct explore_config config = config_make();
    config.room = plan_common->room;
    plan_common->frontier = frontier_create(&config);
    plan_common->estimate = (struct estimate){0};
    plan_common->age++;
}

void plan_frontier_make(void)
{
    if (!plan_common->mark)
        plan_common->mark = room_mark(plan_common->room);
    room_rewind(plan_common->room, plan_common->mark);
    plan_common->places = atomic_load(&control_shared->racy_count);
    atomic_store(&control_shared->bounds, 0);
    frontier_renew();
}

/* With other scheduling points, or another relation, all begins anew. */
static void explorer_renew(void)
{
    struct explore_config config = config_make();
    if (!search->mark)
        search->mark = room_mark(search->room);
    room_rewind(search->room, search->mark);
    config.room = search->room;
    config.frontier = plan_common->frontier;
    search->age = plan_common->age;
    search->explore = explore_create(&config);
}

/* The tool sees to it that nobody is busy when places have been added. */
void control_search_begin(void)
{
    if (!is_exhaustive())
        return;
    spin_lock(&plan_common->lock);
    if (!plan_common->frontier || plan_common->places != atomic_load(&control_shared->racy_count))
        plan_frontier_make();
    spin_unlock(&plan_common->lock);
    if (search->age != plan_common->age)
        explorer_renew();
}

/* ---- parts ---- */

/* There may be one for others now, or there will be no more. */
static void parts_announce(void)
{
    atomic_fetch_add(&plan_common->given, 1);
    if (atomic_load(&plan_common->hungry))
        sys_futex_wake(&plan_common->given, 1 << 30, true);
}

static bool waits_in_vain(void)
{
    const struct explore_command *command = &control_block->command;
    return *(volatile const uint32_t *)&command->stop || atomic_load(&control_shared->exhausted) ||
           atomic_load(&control_shared->next) >= atomic_load(&control_shared->limit) ||
           (command->deadline_ns && control_monotonic_ns() > command->deadline_ns);
}

/* Until there is one. It has no schedule meanwhile, and will take none of those taken so far. */
static enum explore_taken part_await(void)
{
    const int64_t patience_ns = 20000000;
    enum explore_taken taken;
    for (;;) {
        uint32_t given = atomic_load(&plan_common->given);
        if (search->age != plan_common->age)
            explorer_renew();
        taken = explore_take(search->explore);
        if (taken != EXPLORE_WAIT || waits_in_vain())
            return taken;
        atomic_store(&control_block->running, EXPLORE_NEVER);
        atomic_fetch_add(&plan_common->hungry, 1);
        sys_futex_wait(&plan_common->given, given, patience_ns, true);
        atomic_fetch_sub(&plan_common->hungry, 1);
    }
}

bool control_plan_take(void)
{
    if (!is_exhaustive())
        return true;
    if (search->age == plan_common->age && explore_has_part(search->explore))
        return true;
    search->plans = 1;
    enum explore_taken taken = part_await();
    search->plans = 0;
    if (taken == EXPLORE_DONE) {
        atomic_store(&control_shared->exhausted, 1);
        parts_announce();
    }
    return taken == EXPLORE_TAKEN;
}

/* A search that deepens has one worker, which keeps all. */
void control_plan_release(void)
{
    if (!is_exhaustive() || search->age != plan_common->age || control_block->settings.deepen)
        return;
    explore_release(search->explore);
    parts_announce();
}

void control_plan(struct sched_plan *plan)
{
    if (!is_exhaustive())
        return;
    explore_plan(search->explore, plan);
    plan->coarse = plan_common->coarse;
}

/* ---- after a schedule ---- */

static enum explore_end end_of(uint32_t outcome)
{
    switch (outcome) {
    case OUTCOME_ASLEEP:
        return EXPLORE_END_ASLEEP;
    case OUTCOME_LIVELOCK:
        return sched_spins(control_sched) ? EXPLORE_END_ITSELF : EXPLORE_END_LONG;
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
    if (sched_misled(control_sched))
        doubts |= DOUBT_MISLED;
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

static uint32_t doubts_of_withdrawals(void)
{
    uint32_t count, doubts = 0;
    const struct sched_withdrawal *all = sched_withdrawals(control_sched, &count);
    for (uint32_t i = 0; i < count; i++)
        if (all[i].note.kind == SCHED_EXTERNAL)
            doubts |= DOUBT_OUTSIDE;
    return doubts;
}

/* From the first operation on that is about more objects than a note names. */
static bool coarse_begin(void)
{
    if (plan_common->coarse || !sched_crowded(control_sched))
        return false;
    spin_lock(&plan_common->lock);
    if (!plan_common->coarse)
        frontier_renew();
    plan_common->coarse = true;
    spin_unlock(&plan_common->lock);
    parts_announce();
    return true;
}

/* What is explored of a search that deepens. Races that were found make new scheduling points, and
 * then all begins anew: after each bound, since the last one may never come. */
static void bounds_note(const struct explore_stats *stats)
{
    const struct explore_shared *shared = control_shared;
    if (stats->bounds == atomic_load(&shared->bounds))
        return;
    atomic_store(&control_shared->bounds_executed, stats->bounds_executions);
    atomic_store(&control_shared->bounds, stats->bounds);
    if (control_block->settings.visible == VISIBLE_RACE &&
        atomic_load(&shared->racy_count) != atomic_load(&shared->racy_next_count))
        atomic_store(&control_shared->exhausted, 1);
}

/* How many there will be; now and then, since it takes a walk through all that is still to be
 * explored. */
static void progress_note(void)
{
    enum { EVERY = 64 };
    struct explore *explorers[EXPLORE_WORKERS_MAX] = {0};
    uint64_t executed = atomic_load(&control_shared->executed) + 1, least, most;
    if (control_block->settings.deepen) /* what lies beyond the bound is not known */
        return;
    if (executed > EVERY && search->planned++ % EVERY)
        return;
    explore_guess(search->explore);
    for (uint32_t i = 0; i < control_shared->workers; i++)
        if (plan_common->searches[i].age == search->age)
            explorers[i] = plan_common->searches[i].explore;
    double left = frontier_left(plan_common->frontier, explorers, control_shared->workers);
    spin_lock(&plan_common->lock);
    estimate_add(&plan_common->estimate, executed, 1 - left);
    if (estimate_band(&plan_common->estimate, &least, &most)) {
        atomic_store(&control_shared->all_least, least);
        atomic_store(&control_shared->all_most, most);
    }
    spin_unlock(&plan_common->lock);
}

static void plan_next(void)
{
    enum explore_end end = end_of(control_block->answer.outcome);
    if (search->age != plan_common->age || coarse_begin())
        return;
    uint64_t cut = explore_stats(search->explore).cut;
    uint64_t blocked = explore_stats(search->explore).blocked;
    bool more = explore_next(search->explore, control_sched, end);
    struct explore_stats stats = explore_stats(search->explore);
    atomic_fetch_or(&control_shared->doubts, doubts_of(end) | doubts_of_withdrawals());
    atomic_fetch_add(&control_shared->vain, stats.blocked - blocked);
    if (stats.cut > cut)
        atomic_fetch_or(&control_shared->doubts, DOUBT_LOST);
    atomic_store(&control_shared->bounded, stats.bounded != 0);
    if (control_block->settings.deepen)
        bounds_note(&stats);
    progress_note();
    if (!atomic_load_explicit(&plan_common->hungry, memory_order_relaxed))
        return;
    if (more && !frontier_gives(plan_common->frontier))
        explore_give(search->explore);
    if (frontier_gives(plan_common->frontier)) /* else they would wake for nothing */
        parts_announce();
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
