/*
 * enumerate: every execution of a small program, by replaying prefixes of decisions, deepest first.
 * No cleverness: it is the oracle.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 64, DEPTH_MAX = 400 };

struct node {
    struct sched_option options[OPTIONS_MAX];
    uint32_t count, next;
    uint32_t costs[OPTIONS_MAX];
    uint32_t spent; /* of the bound, so far */
    bool at_once;   /* one task's choice */
};

struct search {
    struct model *model;
    struct trace_event *plan;
    struct node *nodes;
    uint32_t depth;    /* nodes on the stack */
    uint32_t at;       /* decisions of this execution */
    uint32_t replayed; /* of them, that are those of the one before, but for the last */
    struct set64 *prefixes, *traces, *canons, *both;
    struct model_bound bound;
    bool prune;
    struct enumeration result;
};

/* ---- what decisions cost ---- */

/* Can the task go on, without giving up what it waits for? */
static bool is_able(const struct node *node, uint32_t task)
{
    for (uint32_t i = 0; i < node->count; i++)
        if (node->options[i].task == task && node->options[i].outcome < TRACE_TIMED_OUT)
            return true;
    return false;
}

static bool has_option(const struct node *node, uint32_t task)
{
    for (uint32_t i = 0; i < node->count; i++)
        if (node->options[i].task == task)
            return true;
    return false;
}

/* Tasks in the order in which a scheduler without delays takes them: who runs, unless it yielded;
 * then those that can go on, by number; then those that can only give up. How many come before? */
static uint32_t delays_of(const struct node *node, uint32_t task, uint32_t running)
{
    uint32_t before = 0;
    if (task == running)
        return 0;
    bool able = is_able(node, task);
    for (uint32_t other = 0; other < MODEL_TASKS; other++) {
        bool other_able = is_able(node, other);
        before += other != task && has_option(node, other) &&
                  (other == running || other_able > able || (other_able == able && other < task));
    }
    return before;
}

/* It yields, gave up at a deadline (as who sleeps does), or failed where it does not wait. */
static bool gave_way(const struct sched *sched, const struct trace_event *event)
{
    bool tries = event->kind == SCHED_TRYLOCK || event->kind == SCHED_TRYRDLOCK ||
                 event->kind == SCHED_TRYWRLOCK || event->kind == SCHED_SEM_TRYWAIT;
    return event->kind == SCHED_YIELD || event->outcome == TRACE_TIMED_OUT ||
           (tries && sched_result(sched, event->task));
}

static uint32_t cost_of(const struct search *search, const struct node *node, uint32_t task)
{
    const struct trace_event *last = search->at ? &search->plan[search->at - 1] : NULL;
    bool runs = last && !gave_way(search->model->sched, last) && is_able(node, last->task);
    uint32_t running = runs ? last->task : SCHED_NONE;
    if (search->bound.by == EXPLORE_DELAYS)
        return delays_of(node, task, running);
    return running != SCHED_NONE && running != task;
}

/* ---- decisions ---- */

/* The decision at this depth, written into the plan. */
static void node_choose(struct search *search)
{
    struct node *node = &search->nodes[search->at];
    struct sched_option option = node->options[node->next++];
    const struct sched_op *op = sched_pending(search->model->sched, option.task);
    node[1].spent = node->spent + node->costs[node->next - 1];
    search->plan[search->at] =
        (struct trace_event){.task = option.task,
                             .outcome = option.outcome,
                             .kind = node->at_once ? (uint16_t)SCHED_CHOOSE : op->kind};
}

/* Does it commute with whatever the others may ever do? */
static bool is_private(const struct sched *sched, uint32_t task)
{
    const struct sched_op *op = sched_pending(sched, task);
    return op->kind == SCHED_START || (op->kind == SCHED_CHOOSE && op->count < 2) ||
           op->kind == SCHED_END;
}

/* With pruning such an operation goes first, alone: its order changes no trace. */
static void options_reduce(const struct search *search, struct node *node)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < node->count && search->bound.by; i++) /* costs look at all of them */
        node->costs[i] = cost_of(search, node, node->options[i].task);
    for (uint32_t i = 0; i < node->count && search->bound.by; i++)
        if (node->spent + node->costs[i] <= search->bound.max) {
            node->costs[kept] = node->costs[i];
            node->options[kept++] = node->options[i];
        }
    if (search->bound.by)
        node->count = kept;
    for (uint32_t i = 0; search->prune && i < node->count; i++)
        if (is_private(search->model->sched, node->options[i].task)) {
            node->options[0] = node->options[i];
            node->count = 1;
        }
}

/* Is it an end? Also where somebody could still wake without cause: nobody can count on that. */
static bool nobody_can_go(const struct node *node)
{
    for (uint32_t i = 0; i < node->count; i++)
        if (node->options[i].outcome != TRACE_SPURIOUS)
            return false;
    return true;
}

static void trace_add(struct search *search)
{
    bool new = set64_add(search->traces, sched_trace_hash(search->model->sched));
    search->result.executions++;
    search->result.deadlocks += new && !model_finished(search->model);
    if (!search->prune) {
        uint64_t canon = canon_of(search->model);
        set64_add(search->canons, canon);
        set64_add(search->both, canon * 31 + sched_trace_hash(search->model->sched));
    }
}

static struct node *node_new(struct search *search)
{
    if (search->depth + 1 >= DEPTH_MAX)
        abort();
    struct node *node = &search->nodes[search->depth++];
    node->next = 0;
    node->at_once = false;
    memset(node->costs, 0, sizeof node->costs);
    return node;
}

/* A new state: what could be done here? False: nothing, or it was seen. */
static bool node_push(struct search *search)
{
    struct sched *sched = search->model->sched;
    if (search->prune && !set64_add(search->prefixes, sched_trace_hash(sched)))
        return false;
    struct node *node = node_new(search);
    node->count = search->model->ended ? 0 : sched_options(sched, node->options, OPTIONS_MAX);
    if (node->count > OPTIONS_MAX)
        abort();
    if (nobody_can_go(node))
        trace_add(search);
    options_reduce(search, node);
    search->depth -= node->count == 0;
    return node->count != 0;
}

/* Decides what comes next: as before, the next at the last place, or anew. */
static bool decide(struct search *search)
{
    if (search->at >= search->replayed && !node_push(search))
        return false;
    if (search->at + 1 >= search->replayed)
        node_choose(search);
    search->at++;
    return true;
}

/* The same in the midst of a step: a task chooses at once. */
static void choosing(void *context, uint32_t task, uint32_t count)
{
    struct search *search = context;
    if (search->at >= search->replayed) {
        struct node *node = node_new(search);
        node->at_once = true;
        node->count = count;
        for (uint32_t i = 0; i < count; i++)
            node->options[i] = (struct sched_option){task, i};
    }
    if (search->at + 1 >= search->replayed)
        node_choose(search);
    search->at++;
}

/* The decisions on the stack but the last, which is made anew, and on to the end. */
static void run_once(struct search *search)
{
    struct sched_plan plan = {.events = search->plan, .events_count = DEPTH_MAX};
    search->at = 0;
    search->replayed = search->depth;
    model_begin(search->model, &plan);
    while (decide(search))
        if (model_step(search->model) != SCHED_GO)
            abort();
}

static void nodes_pop(struct search *search)
{
    while (search->depth &&
           search->nodes[search->depth - 1].next == search->nodes[search->depth - 1].count)
        search->depth--;
}

struct enumeration enumerate_within(const struct program *program, struct model_options options,
                                    uint64_t executions_max, bool prune, struct model_bound bound,
                                    struct set64 *canons)
{
    struct search search = {
        .model = model_new(program, options),
        .plan = calloc(DEPTH_MAX, sizeof(struct trace_event)),
        .nodes = calloc(DEPTH_MAX, sizeof(struct node)),
        .prefixes = set64_new(),
        .traces = set64_new(),
        .canons = canons,
        .both = set64_new(),
        .bound = bound,
        .prune = prune,
    };
    search.model->checked = true;
    search.model->choosing = choosing;
    search.model->choosing_context = &search;
    do {
        run_once(&search);
        nodes_pop(&search);
    } while (search.depth && search.result.executions < executions_max);
    struct enumeration result = search.result;
    result.complete = !search.depth;
    result.traces = set64_count(search.traces);
    result.canons = set64_count(search.canons);
    /* One to one: else a hash goes with two forms, or the reverse. */
    if (!prune && set64_count(search.both) != result.canons)
        result.canons = UINT64_MAX;
    set64_free(search.prefixes);
    set64_free(search.traces);
    set64_free(search.both);
    free(search.nodes);
    free(search.plan);
    model_free(search.model);
    return result;
}

struct enumeration enumerate(const struct program *program, struct model_options options,
                             uint64_t executions_max, bool prune)
{
    struct set64 *canons = set64_new();
    struct enumeration result =
        enumerate_within(program, options, executions_max, prune, (struct model_bound){0}, canons);
    set64_free(canons);
    return result;
}
