/*
 * explore: the search's life: what an execution taught, and which is next. Depth first: the deepest
 * node from which something is still to be explored.
 */
#include "search.h"

#include <string.h>

#include "base/check.h"

/* ---- life ---- */

static void *table_new(struct room *room, size_t count, size_t size)
{
    void *memory = room_take(room, count * size);
    CHECK_MSG(memory, "out of address space for exhaustive search");
    return memory;
}

enum {
    OBJECTS_INITIAL = 1024,
    LINKS = NOTE_OBJECTS,
    LONG_MAX_EVENTS = 1000, /* of an execution that was cut off: so many new ones are looked at */
};

struct explore *explore_create(const struct explore_config *config)
{
    struct room *room = config->room;
    struct explore *explore = table_new(room, 1, sizeof *explore);
    size_t steps = config->steps_max, tasks = config->tasks_max;
    explore->config = *config;
    explore->nodes = table_new(room, steps + 1, sizeof *explore->nodes);
    explore->sleepers = table_new(room, EXPLORE_SLEEPERS_MAX, sizeof *explore->sleepers);
    explore->plan = table_new(room, steps + 1, sizeof *explore->plan);
    explore->links = table_new(room, steps * LINKS, sizeof *explore->links);
    explore->changes = table_new(room, steps * LINKS, sizeof *explore->changes);
    explore->notes = table_new(room, steps, sizeof *explore->notes);
    explore->before = table_new(room, steps, sizeof *explore->before);
    explore->last = table_new(room, tasks, sizeof *explore->last);
    explore->candidates = table_new(room, steps, sizeof *explore->candidates);
    explore->sequence = table_new(room, steps + 1, sizeof *explore->sequence);
    explore->chain = table_new(room, steps + 1, sizeof *explore->chain);
    explore->objects = table_new(room, OBJECTS_INITIAL, sizeof *explore->objects);
    explore->objects_mask = OBJECTS_INITIAL - 1;
    arena_init_at(&explore->wakeups, table_new(room, WAKEUPS_MAX, sizeof(struct wakeup)),
                  sizeof(struct wakeup), WAKEUPS_MAX,
                  "out of memory for what is still to be explored");
    bound_init(explore);
    return explore;
}

void explore_destroy(struct explore *explore)
{
    if (!explore)
        return;
    struct room *room = explore->config.room;
    size_t steps = explore->config.steps_max, tasks = explore->config.tasks_max;
    bound_done(explore);
    room_give(room, explore->wakeups.base, WAKEUPS_MAX * sizeof(struct wakeup));
    room_give(room, explore->chain, (steps + 1) * sizeof *explore->chain);
    room_give(room, explore->sequence, (steps + 1) * sizeof *explore->sequence);
    room_give(room, explore->candidates, steps * sizeof *explore->candidates);
    room_give(room, explore->last, tasks * sizeof *explore->last);
    room_give(room, explore->notes, steps * sizeof *explore->notes);
    room_give(room, explore->before, steps * sizeof *explore->before);
    room_give(room, explore->changes, steps * LINKS * sizeof *explore->changes);
    room_give(room, explore->links, steps * LINKS * sizeof *explore->links);
    history_done(explore);
    seen_done(explore);
    room_give(room, explore->plan, (steps + 1) * sizeof *explore->plan);
    room_give(room, explore->sleepers, EXPLORE_SLEEPERS_MAX * sizeof *explore->sleepers);
    room_give(room, explore->nodes, (steps + 1) * sizeof *explore->nodes);
    room_give(room, explore, sizeof *explore);
}

struct explore_stats explore_stats(const struct explore *explore)
{
    return explore->stats;
}

/* As if all that is to be explored from a node were of the same size (Kilby, Slaney, Thiebaux,
 * Walsh: Estimating Search Tree Size, AAAI 2006). */
double explore_done(const struct explore *explore)
{
    double done = 0, share = 1;
    for (uint32_t index = explore->shared; index <= explore->branch; index++) {
        const struct node *node = &explore->nodes[index];
        uint32_t all = node->done + 1;
        for (uint32_t at = node->first; at; at = wakeup_at(explore, at)->next)
            all++;
        share /= all;
        done += share * node->done;
    }
    return done;
}

/* ---- the plan ---- */

void explore_plan(const struct explore *explore, struct sched_plan *plan)
{
    const struct node *node = &explore->nodes[explore->branch];
    plan->events = explore->plan;
    plan->events_count = explore->planned;
    plan->strategy = 0; /* steady: the running task is preferred */
    plan->systematic = true;
    plan->every_option = explore->config.algorithm == EXPLORE_DFS;
    plan->firm_count = explore->branch;
    plan->known_count = explore->known < explore->branch ? explore->known : explore->branch;
    plan->sleepers = explore->sleepers + node->sleep_begin;
    plan->sleepers_count = node->sleep_end - node->sleep_begin;
}

static struct trace_event event_of(const struct trace_note *note)
{
    return (struct trace_event){
        .task = note->task, .outcome = note->outcome, .kind = note->kind, .object = note->path};
}

void step_keep(struct explore *explore, uint32_t index, const struct trace_note *note)
{
    explore->notes[index] = *note;
    explore->plan[index] = event_of(note);
}

void plan_branch(struct explore *explore, uint32_t index)
{
    explore->branch = index;
    for (uint32_t at; (at = explore->nodes[index].first); index++) {
        struct wakeup *now = wakeup_at(explore, at);
        step_keep(explore, index, &now->note);
        explore->nodes[index].first = now->next;
        explore->nodes[index + 1].first = now->child;
        explore->nodes[index + 1].prefix = 0;
        now->next = now->child = 0;
        wakeup_free(explore, at);
        if (index + 1 == explore->config.steps_max)
            break;
    }
    explore->planned = index;
}

/* ---- after an execution ---- */

void sleeper_add(struct explore *explore, const struct trace_note *note)
{
    CHECK_MSG(explore->sleepers_count < EXPLORE_SLEEPERS_MAX,
              "too many steps sleep for exhaustive search");
    explore->sleepers[explore->sleepers_count++] = *note;
}

bool step_chooses(const struct explore *explore, uint32_t index)
{
    return index + 1 < explore->count && note_at_once(&explore->notes[index + 1]);
}

/* The choice belongs to the step that led to it: as that sleeps, so do all its choices, and what
 * one of them is about wakes it. */
static void choice_gather(struct explore *explore, uint32_t index)
{
    const struct trace_note *note = &explore->notes[index];
    while (index && note_at_once(&explore->notes[index]))
        index--;
    struct node *node = &explore->nodes[index];
    for (int i = 0; i < NOTE_OBJECTS && note->object[i]; i++) {
        int at = 0;
        while (at < NOTE_OBJECTS && node->chosen[at] && node->chosen[at] != note->object[i])
            at++;
        if (at < NOTE_OBJECTS)
            node->chosen[at] = note->object[i];
        else
            node->open = true;
    }
}

/* It is about these, too. Whether any was new to it. */
static bool sleeper_join(struct trace_note *sleeper, const uint64_t *objects)
{
    bool new = false;
    for (int i = 0; i < NOTE_OBJECTS && objects[i]; i++) {
        int at = 0;
        while (at < NOTE_OBJECTS && sleeper->object[at] && sleeper->object[at] != objects[i])
            at++;
        new |= at == NOTE_OBJECTS || !sleeper->object[at];
        if (at < NOTE_OBJECTS)
            sleeper->object[at] = objects[i];
        else
            sleeper->open = true;
    }
    return new;
}

/* From node `index` the step was explored with this choice: so the two together sleep. */
static void choice_sleeps(struct explore *explore, uint32_t index, const struct trace_note *choice)
{
    const struct trace_note *step = &explore->notes[index];
    if (wakeup_sleeps(explore, index, choice))
        return;
    sleeper_add(explore, choice);
    struct trace_note *sleeper = &explore->sleepers[explore->sleepers_count - 1];
    sleeper_join(sleeper, step->object);
    sleeper->looks &= step->looks;
    sleeper->touched |= step->touched;
}

/* What wakes the step for the sake of one choice leaves the others asleep. They are those that
 * sleep at the next node, which are moved down to this one, and the last. */
static void choices_sleep(struct explore *explore, uint32_t index)
{
    const struct node *next = &explore->nodes[index + 1];
    for (uint32_t i = next->sleep_begin; i < next->sleep_end; i++)
        if (note_leads_to(&explore->notes[index], &explore->sleepers[i]))
            choice_sleeps(explore, index, &explore->sleepers[i]);
    choice_sleeps(explore, index, &explore->notes[index + 1]);
}

/* The step that was explored from node `index`, with all its choices. */
static void step_sleeps(struct explore *explore, uint32_t index)
{
    const struct node *node = &explore->nodes[index];
    struct trace_note sleeper = explore->notes[index];
    sleeper.open = node->open;
    bool more = sleeper_join(&sleeper, node->chosen) || node->open;
    if (more && step_chooses(explore, index) && !note_at_once(&sleeper))
        choices_sleep(explore, index);
    sleeper_add(explore, &sleeper);
}

/* Node `index` + 1: who sleeps on after event `index`. */
static void node_enter(struct explore *explore, uint32_t index)
{
    struct node *node = &explore->nodes[index], *next = node + 1;
    const struct trace_note *note = &explore->notes[index];
    next->done = 0;
    next->sleep_begin = explore->sleepers_count;
    for (uint32_t i = node->sleep_begin; i < node->sleep_end; i++)
        if (note_sleeps_on(&explore->sleepers[i], note))
            sleeper_add(explore, &explore->sleepers[i]);
    next->sleep_end = explore->sleepers_count;
}

/* Where the execution did not do what was planned, the plan's rest is void, and where the process
 * ended before, also what was planned beside it. It may be that a task
 * had to choose at once, which the plan did not know of. */
static uint32_t plan_followed(struct explore *explore)
{
    uint32_t index = explore->branch;
    while (index < explore->planned && index < explore->count) {
        const struct trace_event *planned = &explore->plan[index];
        const struct trace_note *note = &explore->notes[index];
        if (planned->object != note->path ||
            (planned->outcome != TRACE_ANY && planned->outcome != note->outcome))
            break;
        index++;
    }
    bool ended = index && index == explore->count && explore->notes[index - 1].ends;
    for (uint32_t i = index + !ended; i <= explore->planned; i++)
        wakeup_drop(explore, i);
    bool chose = index < explore->count && note_at_once(&explore->notes[index]);
    explore->stats.cut += index < explore->planned && !chose && !ended;
    return index;
}

static void events_enter(struct explore *explore)
{
    uint32_t followed = plan_followed(explore);
    for (uint32_t index = explore->branch; index < explore->count; index++) {
        explore->plan[index] = event_of(&explore->notes[index]);
        if (index >= followed)
            explore->nodes[index + 1].first = explore->nodes[index + 1].prefix = 0;
        explore->nodes[index].chosen[0] = explore->nodes[index].open = 0;
        if (note_at_once(&explore->notes[index]))
            choice_gather(explore, index);
        node_enter(explore, index);
    }
}

/* Is the step, planned from node `index`, not to be taken? It sleeps, or would have to come before
 * a choice that is made at once. */
static bool step_void(const struct explore *explore, uint32_t index, const struct trace_note *step)
{
    const struct trace_note *done = &explore->notes[index];
    return wakeup_sleeps(explore, index, step) ||
           (index < explore->count && note_at_once(done) && done->path != step->path);
}

/* The deepest node from which something is to be explored; what was explored from it sleeps. Not
 * those that are the frontier's. */
static bool node_next(struct explore *explore)
{
    for (uint32_t index = explore->count; index >= explore->shared; index--) {
        struct node *node = &explore->nodes[index];
        explore->sleepers_count = node->sleep_end;
        node->done += index < explore->count;
        if (index < explore->count && node->first && explore->config.algorithm != EXPLORE_DFS) {
            step_sleeps(explore, index);
            node->sleep_end = explore->sleepers_count;
        }
        while (node->first && step_void(explore, index, &wakeup_at(explore, node->first)->note)) {
            uint32_t first = node->first;
            node->first = wakeup_at(explore, first)->next;
            wakeup_at(explore, first)->next = 0;
            wakeup_free(explore, first);
        }
        if (node->first) {
            history_rewind(explore, index);
            plan_branch(explore, index);
            return true;
        }
        if (!index)
            break;
    }
    return false;
}

/* Did the process end, however it did, while some task could have gone on? Then its last event is
 * its end: whatever comes before it is another execution. */
static bool was_aborted(struct sched *sched)
{
    for (uint32_t task = 0; task < sched_tasks(sched); task++) {
        struct trace_note note;
        bool possible;
        if (sched_pending_note(sched, task, &note, &possible) && possible)
            return true;
    }
    return false;
}

/* Of a step that varies it is not known, before it is taken in another order, what it depends on
 * there: two siblings in a tree may both cover a sequence, and each, as it sleeps, leave it to the
 * other. So from then on a step that sleeps stands for no sequence in which it does not occur. */
static void cover_strictly(struct explore *explore, uint32_t first)
{
    for (uint32_t index = first; index < explore->count; index++) {
        if (explore->notes[index].touched && !explore->wide)
            frontier_widen(explore);
        if (explore->config.algorithm == EXPLORE_OPTIMAL && note_varies(&explore->notes[index])) {
            explore->config.algorithm = EXPLORE_SHARED;
            frontier_cover_strictly(explore);
        }
    }
    explore->stats.strict = explore->config.algorithm == EXPLORE_SHARED;
}

static bool search_next(struct explore *explore)
{
    if (node_next(explore) || bound_next(explore))
        return true;
    frontier_part_end(explore);
    return false;
}

/* Nothing is known of what the plan led to: the search goes on beside it. Nor does the scheduler
 * know any more what the next execution begins with. */
static bool execution_lost(struct explore *explore)
{
    history_rewind(explore, 0);
    explore->stats.lost++;
    explore->count = explore->branch;
    plan_followed(explore);
    return search_next(explore);
}

bool explore_next(struct explore *explore, struct sched *sched, enum explore_end end)
{
    uint32_t first = explore->branch;
    explore->count = sched_steps(sched);
    explore->tasks = sched_tasks(sched);
    explore->stats.executions += end != EXPLORE_END_ASLEEP;
    explore->stats.blocked += end == EXPLORE_END_ASLEEP;
    if (end == EXPLORE_END_LOST || explore->count < first)
        return execution_lost(explore);
    if (end == EXPLORE_END_LONG && explore->count - first > LONG_MAX_EVENTS)
        explore->count = first + LONG_MAX_EVENTS;
    memcpy(explore->notes + first, sched_notes(sched) + first,
           (explore->count - first) * sizeof *explore->notes);
    if (end == EXPLORE_END_ITSELF && was_aborted(sched))
        end = EXPLORE_END_ABORTED;
    if (end == EXPLORE_END_ABORTED && explore->count > first)
        explore->notes[explore->count - 1].ends = true;
    cover_strictly(explore, first);
    if (explore->unknown && explore->count > first)
        frontier_tell(explore, &explore->notes[first]);
    events_enter(explore);
    if (explore->config.algorithm == EXPLORE_DFS) {
        options_insert(explore, sched, end, first);
    } else {
        history_extend(explore);
        races_reverse(explore, sched, end, first);
    }
    return search_next(explore);
}
