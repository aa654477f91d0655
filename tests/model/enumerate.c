/*
 * enumerate: every execution of a small program, by replaying prefixes of decisions, deepest first.
 * No cleverness: it is the oracle.
 */
#include "model.h"

#include <stdlib.h>

enum { OPTIONS_MAX = 64, DEPTH_MAX = 400 };

struct node {
    struct sched_option options[OPTIONS_MAX];
    uint32_t count, next;
};

struct search {
    struct model *model;
    struct trace_event *plan;
    struct node *nodes;
    uint32_t depth; /* nodes on the stack */
    struct set64 *prefixes, *traces, *canons, *both;
    bool prune;
    struct enumeration result;
};

/* The decision at this depth, written into the plan. */
static void node_choose(struct search *search, uint32_t depth)
{
    struct node *node = &search->nodes[depth];
    struct sched_option option = node->options[node->next++];
    const struct sched_op *op = sched_pending(search->model->sched, option.task);
    search->plan[depth] =
        (struct trace_event){.task = option.task, .outcome = option.outcome, .kind = op->kind};
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

/* A new state: what could be done here? False: nothing, or it was seen. */
static bool node_push(struct search *search)
{
    struct sched *sched = search->model->sched;
    if (search->prune && !set64_add(search->prefixes, sched_trace_hash(sched)))
        return false;
    if (search->depth == DEPTH_MAX)
        abort();
    struct node *node = &search->nodes[search->depth];
    node->count = sched_options(sched, node->options, OPTIONS_MAX);
    node->next = 0;
    if (node->count > OPTIONS_MAX)
        abort();
    options_reduce(search, node);
    if (nobody_can_go(node)) {
        bool new = set64_add(search->traces, sched_trace_hash(sched));
        search->result.executions++;
        search->result.deadlocks += new && !model_finished(search->model);
        if (!search->prune) {
            uint64_t canon = canon_of(search->model);
            set64_add(search->canons, canon);
            set64_add(search->both, canon * 31 + sched_trace_hash(sched));
        }
    }
    search->depth += node->count != 0;
    return node->count != 0;
}

/* Replays the stack's decisions but the last, which is made anew, and goes on to the end. */
static void run_once(struct search *search)
{
    struct sched_plan plan = {.events = search->plan, .events_count = DEPTH_MAX};
    uint32_t replayed = search->depth;
    model_begin(search->model, &plan);
    for (uint32_t i = 0; i < replayed; i++) {
        if (i + 1 == replayed)
            node_choose(search, i);
        if (model_step(search->model) != SCHED_GO)
            abort();
    }
    while (node_push(search)) {
        node_choose(search, search->depth - 1);
        if (model_step(search->model) != SCHED_GO)
            abort();
    }
}

static void nodes_pop(struct search *search)
{
    while (search->depth &&
           search->nodes[search->depth - 1].next == search->nodes[search->depth - 1].count)
        search->depth--;
}

struct enumeration enumerate(const struct program *program, struct model_options options,
                             uint64_t executions_max, bool prune)
{
    struct search search = {
        .model = model_new(program, options),
        .plan = calloc(DEPTH_MAX, sizeof(struct trace_event)),
        .nodes = calloc(DEPTH_MAX, sizeof(struct node)),
        .prefixes = set64_new(),
        .traces = set64_new(),
        .canons = set64_new(),
        .both = set64_new(),
        .prune = prune,
    };
    search.model->checked = true;
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
    set64_free(search.canons);
    set64_free(search.both);
    free(search.nodes);
    free(search.plan);
    model_free(search.model);
    return result;
}
