/*
 * model_spin: loops that wait for others, where operations name the state of their task. What
 * exhaustive search leaves out is rounds that change nothing: so it comes to all the ends that
 * there are, it says that nobody can end where that is so, and of programs small enough to count by
 * hand it executes just those traces that differ.
 *
 * The oracle of the ends is a walk through the graph of states, which knows no traces.
 * Environment: MODEL_SEED and MODEL_PROGRAMS override the defaults; a failure prints the seed.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "build.h"

enum { PROGRAMS_DEFAULT = 1500, EXECUTIONS_MAX = 20000, STATES_MAX = 4000, DEPTH_MAX = 400 };

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static const char *const names[] = {"source", "optimal", "dfs"};

/* ---- the graph of states ---- */

struct state {
    uint64_t name, memory;
    uint32_t depth; /* of the way there */
    struct trace_event *way;
    bool ends; /* all tasks are through */
    bool can_end, seen;
    uint32_t next[8]; /* states */
    uint32_t next_count;
};

struct graph {
    struct state states[STATES_MAX];
    uint32_t count;
    bool complete;
};

static uint64_t memory_of(const struct model *model)
{
    uint64_t memory = 0;
    for (int i = 0; i < MODEL_CELLS; i++)
        memory = rng_mix(memory + (uint64_t)model->cells[i]);
    return memory;
}

/* The state's number; a new one if there is none of that name. */
static uint32_t state_find(struct graph *graph, const struct model *model)
{
    uint64_t name = model_state(model);
    uint32_t depth = sched_steps(model->sched);
    for (uint32_t i = 0; i < graph->count; i++)
        if (graph->states[i].name == name)
            return i;
    if (graph->count == STATES_MAX || depth >= DEPTH_MAX) {
        graph->complete = false;
        return 0;
    }
    struct state *state = &graph->states[graph->count];
    *state = (struct state){
        .name = name, .memory = memory_of(model), .depth = depth, .ends = model_finished(model)};
    state->way = malloc((depth + 1) * sizeof *state->way);
    memcpy(state->way, model->events, depth * sizeof *state->way);
    return graph->count++;
}

/* Goes there; then takes one step more, by `task`. */
static void way_go(struct model *model, const struct state *state,
                   const struct sched_option *option)
{
    struct trace_event way[DEPTH_MAX + 1];
    uint32_t count = state->depth + (option != NULL);
    memcpy(way, state->way, state->depth * sizeof *way);
    if (option)
        way[state->depth] = (struct trace_event){
            .task = option->task, .outcome = option->outcome, .kind = SCHED_KINDS};
    model_begin(model, &(struct sched_plan){.events = way, .events_count = count});
    while (sched_steps(model->sched) < count)
        ck_assert(model_step(model) == SCHED_GO);
}

static void graph_walk(struct graph *graph, struct model *model)
{
    struct sched_option options[8];
    graph->count = 0;
    graph->complete = true;
    model_begin(model, &(struct sched_plan){0});
    state_find(graph, model);
    for (uint32_t i = 0; i < graph->count && graph->complete; i++) {
        struct state *state = &graph->states[i];
        way_go(model, state, NULL);
        uint32_t count = sched_options(model->sched, options, 8);
        ck_assert(count <= 8);
        for (uint32_t j = 0; j < count; j++) {
            way_go(model, state, &options[j]);
            state->next[state->next_count++] = state_find(graph, model);
        }
    }
}

static void graph_ends(struct graph *graph)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < graph->count; i++) {
            struct state *state = &graph->states[i];
            bool can = state->ends;
            for (uint32_t j = 0; j < state->next_count; j++)
                can |= graph->states[state->next[j]].can_end;
            more |= can && !state->can_end;
            state->can_end = can;
        }
    }
}

static bool state_leads(struct graph *graph, uint32_t from, uint32_t to)
{
    struct state *state = &graph->states[from];
    bool leads = from == to;
    if (leads || state->seen)
        return leads;
    state->seen = true;
    for (uint32_t j = 0; j < state->next_count && !leads; j++)
        leads = state_leads(graph, state->next[j], to);
    return leads;
}

/* Can tasks change memory for ever, there and back? Then traces are without number. */
static bool graph_turns(struct graph *graph)
{
    for (uint32_t i = 0; i < graph->count; i++)
        for (uint32_t j = 0; j < graph->states[i].next_count; j++) {
            uint32_t next = graph->states[i].next[j];
            for (uint32_t k = 0; k < graph->count; k++)
                graph->states[k].seen = false;
            if (graph->states[next].memory != graph->states[i].memory &&
                state_leads(graph, next, i))
                return true;
        }
    return false;
}

static void graph_done(struct graph *graph)
{
    for (uint32_t i = 0; i < graph->count; i++)
        free(graph->states[i].way);
}

/* ---- what the search comes to ---- */

struct found {
    struct set64 *ends, *traces;
    uint64_t executions, blocked, stuck; /* stuck: nobody can go on, or only round and round */
    bool guessed, complete, lost;        /* lost: a plan was not possible */
};

static struct found search(struct model *model, enum explore_algorithm algorithm,
                           uint32_t executions_max)
{
    struct explore *explore = explore_create(&(struct explore_config){
        .algorithm = algorithm, .steps_max = MODEL_STEPS, .tasks_max = MODEL_TASKS});
    struct found found = {.ends = set64_new(), .traces = set64_new()};
    bool more = true;
    while (more && found.executions < executions_max) {
        struct sched_plan plan = {0};
        explore_plan(explore, &plan);
        enum sched_verdict verdict = model_run(model, &plan);
        ck_assert(verdict == SCHED_DEADLOCK || verdict == SCHED_SPINNING ||
                  verdict == SCHED_ASLEEP || verdict == SCHED_TOO_LONG);
        found.guessed |= sched_awaited(model->sched) || verdict == SCHED_TOO_LONG;
        if (setting("MODEL_PROGRAMS", 0) == 1) {
            for (uint32_t i = 0; i < sched_steps(model->sched); i++)
                printf(" %u:%s", model->events[i].task, trace_words(model->events[i].kind));
            printf(" = %llx, %llx%s\n", (unsigned long long)model_state(model),
                   (unsigned long long)sched_trace_hash(model->sched),
                   verdict == SCHED_ASLEEP ? " asleep" : "");
        }
        if (verdict != SCHED_ASLEEP) {
            set64_add(found.traces, sched_trace_hash(model->sched));
            if (model_finished(model))
                set64_add(found.ends, model_state(model));
            else
                found.stuck++;
        }
        more = explore_next(explore, model->sched,
                            verdict == SCHED_ASLEEP     ? EXPLORE_END_ASLEEP
                            : verdict == SCHED_TOO_LONG ? EXPLORE_END_LONG
                                                        : EXPLORE_END_ITSELF);
        found.executions = explore_stats(explore).executions;
        found.blocked = explore_stats(explore).blocked;
    }
    found.complete = !more;
    found.lost = explore_stats(explore).lost || explore_stats(explore).cut;
    explore_destroy(explore);
    return found;
}

static void found_done(struct found *found)
{
    set64_free(found->ends);
    if (found->traces)
        set64_free(found->traces);
}

/* ---- random programs ---- */

/* Back to one of the last instructions of the loop. */
static void add_round(struct program *program, int code, int first, uint64_t *rng)
{
    int length = program->codes[code].length;
    struct instruction *last = &program->codes[code].instructions[length - 1];
    last->branch = rng_below(rng, 2) ? BRANCH_ZERO : BRANCH_NONZERO;
    last->target = first;
}

/* A loop of one to three operations, the last of which decides whether it is left. */
static void add_loop(struct program *program, int code, uint64_t *rng)
{
    int first = program->codes[code].length;
    int cell = (int)rng_below(rng, 3);
    for (uint32_t i = rng_below(rng, 3); i > 0; i--, cell = (int)rng_below(rng, 3))
        if (rng_below(rng, 3))
            ADD_LOAD(program, code, cell);
        else
            ADD(program, code, YIELD, 0, 0);
    switch (rng_below(rng, 4)) {
    case 0:
        ADD_ACCESS(program, code, UPDATE, cell, .flags = SCHED_CONDITIONAL, .effect = EFFECT_SWAP,
                   .value = 1 + (int)rng_below(rng, 2));
        break;
    case 1:
        ADD_ACCESS(program, code, UPDATE, cell, .flags = SCHED_EXCHANGES, .effect = EFFECT_EXCHANGE,
                   .value = (int)rng_below(rng, 2));
        break;
    default:
        ADD_LOAD(program, code, cell);
    }
    add_round(program, code, first, rng);
}

static void program_spins(struct program *program, uint64_t *rng)
{
    *program = (struct program){.name = "spins", .bare = true};
    int codes = 2 + (int)rng_below(rng, 2);
    for (int code = 0; code < codes; code++)
        for (uint32_t i = 1 + rng_below(rng, 2); i > 0; i--) {
            int cell = (int)rng_below(rng, 3), value = (int)rng_below(rng, 2);
            if (rng_below(rng, 2))
                add_loop(program, code, rng);
            else if (rng_below(rng, 3))
                ADD_STORE(program, code, cell, value);
            else
                ADD_LOAD(program, code, cell);
        }
}

static void program_print(const struct program *program)
{
    for (int code = 0; code < program->codes_count; code++) {
        printf("code %d:\n", code);
        for (int i = 0; i < program->codes[code].length; i++) {
            const struct instruction *now = &program->codes[code].instructions[i];
            printf("  %2d %s, cell %d, effect %d, value %d, branch %d to %d\n", i,
                   trace_words(now->kind), now->cell, now->effect, now->value, now->branch,
                   now->target);
        }
    }
}

static struct {
    uint64_t programs, ends, stuck, executions[3], blocked[3];
} total;

/* `traces`: of the algorithm before; empty: it is the first. */
static void check_search(struct model *model, const struct set64 *ends, bool stuck, int algorithm,
                         struct set64 **traces, uint64_t seed)
{
    struct found found = search(model, (enum explore_algorithm)algorithm, EXECUTIONS_MAX);
    bool right = found.complete && !found.guessed && !found.lost && set64_same(found.ends, ends) &&
                 (found.stuck != 0) == stuck;
    ck_assert_msg(right || (algorithm == EXPLORE_DFS && !found.complete),
                  "MODEL_SEED=%llu MODEL_PROGRAMS=1: %s: %llu ends, not %llu; %s is stuck, not %s; "
                  "%scomplete, %sguessed, %slost; %llu executions",
                  (unsigned long long)seed, names[algorithm],
                  (unsigned long long)set64_count(found.ends),
                  (unsigned long long)set64_count(ends), found.stuck ? "some" : "none",
                  stuck ? "some" : "none", found.complete ? "" : "in", found.guessed ? "" : "not ",
                  found.lost ? "" : "not ", (unsigned long long)found.executions);
    ck_assert_msg(algorithm == EXPLORE_DFS || found.executions == set64_count(found.traces),
                  "MODEL_SEED=%llu MODEL_PROGRAMS=1: %s: %llu executions, %llu traces",
                  (unsigned long long)seed, names[algorithm], (unsigned long long)found.executions,
                  (unsigned long long)set64_count(found.traces));
    ck_assert_msg(!found.complete || !*traces || set64_same(found.traces, *traces),
                  "MODEL_SEED=%llu MODEL_PROGRAMS=1: %s: %llu traces, not %llu",
                  (unsigned long long)seed, names[algorithm],
                  (unsigned long long)set64_count(found.traces),
                  (unsigned long long)(*traces ? set64_count(*traces) : 0));
    total.executions[algorithm] += found.executions;
    total.blocked[algorithm] += found.blocked;
    if (!*traces) {
        *traces = found.traces;
        found.traces = NULL;
    }
    found_done(&found);
}

static void check_program(struct graph *graph, uint64_t seed)
{
    uint64_t rng = seed;
    struct program program;
    program_spins(&program, &rng);
    struct model *model = model_new(&program, (struct model_options){.states = true});
    if (setting("MODEL_PROGRAMS", 0) == 1)
        program_print(&program);
    graph_walk(graph, model);
    if (graph->complete && !graph_turns(graph)) {
        struct set64 *ends = set64_new(), *traces = NULL;
        bool stuck = false;
        graph_ends(graph);
        for (uint32_t i = 0; i < graph->count; i++) {
            if (graph->states[i].ends)
                set64_add(ends, graph->states[i].name);
            stuck |= !graph->states[i].can_end;
        }
        for (int algorithm = EXPLORE_SOURCE; algorithm <= EXPLORE_DFS; algorithm++)
            check_search(model, ends, stuck, algorithm, &traces, seed);
        set64_free(traces);
        total.programs++;
        total.ends += set64_count(ends);
        total.stuck += stuck;
        set64_free(ends);
    }
    graph_done(graph);
    model_free(model);
}

START_TEST(loops_come_to_all_ends_and_no_others)
{
    uint64_t seed = setting("MODEL_SEED", 1), count = setting("MODEL_PROGRAMS", PROGRAMS_DEFAULT);
    struct graph *graph = malloc(sizeof *graph);
    for (uint64_t i = 0; i < count; i++)
        check_program(graph, seed + i);
    free(graph);
    printf("%llu programs, %llu ends, %llu can be stuck; source %llu executions, %llu blocked; "
           "optimal %llu, %llu\n",
           (unsigned long long)total.programs, (unsigned long long)total.ends,
           (unsigned long long)total.stuck, (unsigned long long)total.executions[0],
           (unsigned long long)total.blocked[0], (unsigned long long)total.executions[1],
           (unsigned long long)total.blocked[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_spin");
    TCase *tests = tcase_create("spin");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, loops_come_to_all_ends_and_no_others);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
