/*
 * model_explore: exhaustive search (lib/explore) against brute force (enumerate.c) on random
 * programs: the sets of traces are the same for both algorithms, and the optimal one neither
 * executes a trace twice nor begins an execution that turns out redundant, unless the program has
 * operations that vary with the state they come in.
 * Environment: MODEL_SEED and MODEL_PROGRAMS override the defaults; a failure prints the seed.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "build.h"
#include "compare.h"
#include "explore/search.h"

enum { PROGRAMS_DEFAULT = 1500, EXECUTIONS_MAX = 4000 };

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

/* Of these, optimal DPOR once lost traces, executed one twice or began one in vain. */
START_TEST(programs_that_were_searched_wrongly_are_searched_right)
{
    static const uint64_t seeds[] = {
        514,      5470,     10213,    10885,    19259,    31503,    33686,   33850,   36497,
        38141,    5000111,  5000866,  5004870,  5006545,  5011151,  5019063, 5065583, 5076877,
        77005433, 77015077, 77034349, 77040227, 77068250, 77069466, 77092474};
    struct compared total = {0};
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
        ck_assert(compare_program(seeds[i], EXECUTIONS_MAX, &total));
    ck_assert_uint_eq(total.programs, sizeof seeds / sizeof seeds[0]);
}
END_TEST

START_TEST(both_algorithms_find_the_traces_of_brute_force)
{
    uint64_t seed = setting("MODEL_SEED", 1), count = setting("MODEL_PROGRAMS", PROGRAMS_DEFAULT);
    struct compared total = {0};
    for (uint64_t i = 0; i < count; i++)
        ck_assert(compare_program(seed + i, EXECUTIONS_MAX, &total));
    compared_print(&total);
}
END_TEST

/* ---- dependence ---- */

static uint64_t swapped, kept; /* pairs */

struct after {
    uint64_t hash, state;
};

/* The first `count` of the events, or what becomes of them. False: they are not possible. */
static bool run_events(struct model *model, const struct trace_event *events, uint32_t count,
                       struct after *ret_after)
{
    model_begin(model, &(struct sched_plan){.events = events, .events_count = count});
    while (sched_steps(model->sched) < count)
        if (model_step(model) != SCHED_GO || sched_steps(model->sched) > count)
            return false;
    *ret_after = (struct after){sched_trace_hash(model->sched), model_state(model)};
    return true;
}

/* Steps i - 1 and i. */
static void check_pair(struct model *model, const struct trace_event *events,
                       const struct trace_note *notes, uint32_t i, uint64_t seed)
{
    static struct trace_event plan[MODEL_STEPS];
    struct after now, other = {0};
    memcpy(plan, events, (i + 1) * sizeof *plan);
    if (!run_events(model, plan, i + 1, &now) || model->ended)
        return; /* in the midst of a step; or the end, which depends on all */
    plan[i - 1] = events[i];
    plan[i] = events[i - 1];
    bool possible = run_events(model, plan, i + 1, &other);
    bool dependent = note_dependent(&notes[i - 1], &notes[i]);
    ck_assert_msg(dependent ? other.hash != now.hash
                            : possible && other.hash == now.hash && other.state == now.state,
                  "MODEL_SEED=%llu MODEL_PROGRAMS=1: steps %u and %u are %sdependent",
                  (unsigned long long)seed, i - 1, i, dependent ? "" : "in");
    kept += dependent;
    swapped += !dependent;
}

/* What the search says of an operation in a state is what it did there. */
static void check_looks(const struct trace_note *note, uint64_t seed)
{
    bool says = note->kind != SCHED_UPDATE;
    ck_assert_msg(!says || note_would_look(note, note->before[0]) == note->looks,
                  "MODEL_SEED=%llu MODEL_PROGRAMS=1: to %s in state %x", (unsigned long long)seed,
                  trace_words(note->kind), note->before[0]);
}

static void check_walk(struct model *model, uint64_t seed, uint64_t walk)
{
    static struct trace_event events[MODEL_STEPS];
    static struct trace_note notes[MODEL_STEPS];
    model_run(model, &(struct sched_plan){
                         .strategy = strategy_find("random"), .seed = walk, .systematic = true});
    uint32_t count = sched_steps(model->sched);
    memcpy(events, model->events, count * sizeof *events);
    memcpy(notes, sched_notes(model->sched), count * sizeof *notes);
    for (uint32_t i = 0; i < count; i++)
        check_looks(&notes[i], seed);
    for (uint32_t i = 1; i < count; i++)
        if (notes[i].task != notes[i - 1].task && notes[i].cause != i &&
            !(notes[i - 1].flags & SCHED_AT_ONCE && notes[i - 1].kind == SCHED_CHOOSE))
            check_pair(model, events, notes, i, seed);
}

static void check_pairs(uint64_t seed)
{
    enum { WALKS = 5 };
    uint64_t rng;
    struct program program;
    if (!program_drawn(seed, &rng, &program))
        return;
    struct model *model = model_new(&program, (struct model_options){.time_choices = true});
    for (uint64_t walk = 0; walk < WALKS; walk++)
        check_walk(model, seed, walk);
    model_free(model);
}

START_TEST(steps_are_independent_where_swapping_them_changes_nothing)
{
    uint64_t seed = setting("MODEL_SEED", 1), count = setting("MODEL_PROGRAMS", PROGRAMS_DEFAULT);
    for (uint64_t i = 0; i < count; i++)
        check_pairs(seed + i);
    printf("%llu independent pairs, %llu dependent ones\n", (unsigned long long)swapped,
           (unsigned long long)kept);
}
END_TEST

/* ---- bounds ---- */

static uint64_t bounded, included, within; /* searches with that set or one that has it; traces */

/* May a task let others go first: by a yield, a deadline, a try? */
static bool may_give_way(const struct program *program)
{
    for (int code = 0; code < program->codes_count; code++)
        for (int i = 0; i < program->codes[code].length; i++) {
            const struct instruction *now = &program->codes[code].instructions[i];
            if (now->kind == SCHED_YIELD || now->delay || now->kind == SCHED_TRYLOCK ||
                now->kind == SCHED_TRYRDLOCK || now->kind == SCHED_TRYWRLOCK ||
                now->kind == SCHED_SEM_TRYWAIT)
                return true;
        }
    return false;
}

/* Within the bound just what brute force finds, and with bounds that grow the same, none twice.
 * Delays are counted from a scheduler that knows no fairness: where a task is held back for having
 * given way, what goes on freely may spend more. */
static void check_bound(const struct program *program, struct model_options options,
                        struct model_bound bound, uint64_t seed)
{
    struct set64 *canons = set64_new(), *traces = set64_new();
    struct enumeration brute =
        enumerate_within(program, options, EXECUTIONS_MAX, false, bound, canons);
    for (uint32_t first = bound.max; brute.complete; first = 0) {
        struct set64 *found = set64_new();
        struct explore_config config = {.algorithm = EXPLORE_DFS,
                                        .bound = bound.by,
                                        .bound_first = first,
                                        .bound_last = bound.max};
        struct planned planned =
            plan_explore(program, options, config, 4 * EXECUTIONS_MAX, traces, found);
        bool exact = bound.by == EXPLORE_PREEMPTIONS || !may_give_way(program);
        bool right = exact ? set64_same(found, canons) : set64_includes(found, canons);
        ck_assert_msg(planned.complete && right && !planned.again,
                      "MODEL_SEED=%llu MODEL_PROGRAMS=1: bound %d, %u to %u: %llu traces, not "
                      "%llu; %llu executions again",
                      (unsigned long long)seed, bound.by, first, bound.max,
                      (unsigned long long)set64_count(found), (unsigned long long)brute.canons,
                      (unsigned long long)planned.again);
        bounded += exact;
        included += !exact;
        within += set64_count(found);
        set64_free(found);
        if (!first)
            break;
    }
    set64_free(canons);
    set64_free(traces);
}

static void check_bounds(uint64_t seed)
{
    uint64_t rng;
    struct program program;
    if (!program_drawn(seed, &rng, &program))
        return;
    struct model_options options = {.spurious_max = rng_below(&rng, 3) == 0, .time_choices = true};
    for (int by = EXPLORE_PREEMPTIONS; by <= EXPLORE_DELAYS; by++)
        for (uint32_t max = 0; max <= 3; max++)
            check_bound(&program, options, (struct model_bound){by, max}, seed);
}

START_TEST(bounds_leave_out_no_more_than_they_say)
{
    uint64_t seed = setting("MODEL_SEED", 1), count = setting("MODEL_PROGRAMS", PROGRAMS_DEFAULT);
    for (uint64_t i = 0; i < count; i += 5)
        check_bounds(seed + i);
    printf("%llu bounded searches, %llu that may go beyond, %llu traces\n",
           (unsigned long long)bounded, (unsigned long long)included, (unsigned long long)within);
}
END_TEST

static void add_accesses(struct program *program, int code, uint32_t count, uint64_t *rng)
{
    for (uint32_t i = 0; i < count; i++)
        if (rng_below(rng, 2))
            ADD_STORE(program, code, (int)rng_below(rng, 2), code);
        else
            ADD_LOAD(program, code, (int)rng_below(rng, 2));
}

static void add_spawn(struct program *program, int code, int made)
{
    add(program, code,
        (struct instruction){.kind = SCHED_CHOOSE, .effect = EFFECT_SPAWN, .value = made});
}

/* Two tasks make one each: who makes it first decides how it is numbered, but not the trace. */
static void program_families(struct program *program, uint64_t *rng)
{
    *program = (struct program){.name = "families"};
    for (int code = 1; code <= 2; code++) {
        add_spawn(program, 0, code);
        add_accesses(program, code, rng_below(rng, 2), rng);
        add_spawn(program, code, code + 2);
        add_accesses(program, code, rng_below(rng, 2), rng);
        add_accesses(program, code + 2, 1 + rng_below(rng, 3), rng);
    }
}

static void check_families(uint64_t seed, struct model_bound bound)
{
    uint64_t rng = seed;
    struct program program;
    struct model_options options = {0};
    struct set64 *traces = set64_new(), *canons = set64_new();
    struct explore_config config = {
        .algorithm = EXPLORE_DFS, .bound = bound.by, .bound_last = bound.max};
    program_families(&program, &rng);
    struct enumeration brute =
        enumerate_within(&program, options, 4 * EXECUTIONS_MAX, false, bound, canons);
    struct planned found =
        plan_explore(&program, options, config, 4 * EXECUTIONS_MAX, traces, NULL);
    if (brute.complete)
        ck_assert_msg(found.complete && set64_count(traces) == brute.traces && !found.again,
                      "family %llu: bound %d, %u: %llu traces, not %llu", (unsigned long long)seed,
                      bound.by, bound.max, (unsigned long long)set64_count(traces),
                      (unsigned long long)brute.traces);
    set64_free(traces);
    set64_free(canons);
}

START_TEST(bounds_tell_tasks_by_who_made_them)
{
    enum { FAMILIES = 100 };
    for (uint64_t seed = 0; seed < FAMILIES; seed++)
        for (int by = EXPLORE_PREEMPTIONS; by <= EXPLORE_DELAYS; by++)
            for (uint32_t max = 0; max <= 2; max++)
                check_families(seed, (struct model_bound){by, max});
}
END_TEST

/* More preemptions, more traces, and with enough of them all. Without any, one task comes before
 * the other. */
START_TEST(bounds_on_preemptions_end_with_everything)
{
    struct program program = {.name = "torn", .bare = true};
    uint64_t before = 0;
    for (int code = 0; code < 2; code++) {
        ADD_LOAD(&program, code, 0);
        ADD_ACCESS(&program, code, WRITE, 0, .effect = EFFECT_SUM, .value = 1);
        ADD_LOAD(&program, code, 1);
        ADD_ACCESS(&program, code, WRITE, 1, .effect = EFFECT_SUM, .value = 1);
    }
    uint64_t all = enumerate(&program, (struct model_options){0}, UINT64_MAX, false).traces;
    for (uint32_t bound = 0; bound <= 7; bound++) {
        struct set64 *traces = set64_new();
        struct explore_config config = {.algorithm = EXPLORE_DFS,
                                        .bound = EXPLORE_PREEMPTIONS,
                                        .bound_first = bound,
                                        .bound_last = bound};
        struct planned found =
            plan_explore(&program, (struct model_options){0}, config, EXECUTIONS_MAX, traces, NULL);
        uint64_t count = set64_count(traces);
        ck_assert(found.complete && count >= before && (bound || count == 2));
        ck_assert((bound == 7) <= (count == all && !found.stats.bounded));
        ck_assert(bound || found.stats.bounded);
        before = count;
        set64_free(traces);
    }
}
END_TEST

/* Without room for what is beyond a bound, all within it is explored, and what is left out is
 * counted. */
START_TEST(bounds_end_where_there_is_no_room_for_more)
{
    enum { TASKS = 3, ROUNDS = 3 };
    struct program program = {.name = "crowd", .bare = true};
    struct set64 *least = set64_new(), *found = set64_new(), *all = set64_new();
    for (int code = 0; code < TASKS; code++)
        for (int i = 0; i < ROUNDS; i++)
            ADD_ACCESS(&program, code, UPDATE, 0, .effect = EFFECT_ADD, .value = 1);
    struct explore_config config = {.algorithm = EXPLORE_DFS, .bound = EXPLORE_PREEMPTIONS};
    plan_explore(&program, (struct model_options){0}, config, EXECUTIONS_MAX, least, NULL);
    config.bound_last = 100;
    config.kept_max = 10;
    struct planned planned =
        plan_explore(&program, (struct model_options){0}, config, EXECUTIONS_MAX, found, NULL);
    ck_assert(planned.complete && planned.stats.bounded && planned.stats.bounds == 1);
    ck_assert(set64_same(least, found));
    config.kept_max = 0;
    planned = plan_explore(&program, (struct model_options){0}, config, EXECUTIONS_MAX, all, NULL);
    ck_assert(planned.complete && !planned.stats.bounded && set64_count(all) == 1680); /* 9!/3!^3 */
    set64_free(least);
    set64_free(found);
    set64_free(all);
}
END_TEST

/* Rounds that meet nothing new are left out: the write comes before one of the first four. */
START_TEST(loops_that_wait_come_to_an_end)
{
    struct program program = {.name = "while (!flag)", .bare = true};
    ADD_ACCESS(&program, 0, READ, 0, .effect = EFFECT_LOAD, .branch = BRANCH_ZERO, .target = 0);
    ADD_STORE(&program, 1, 0, 1);
    for (int algorithm = EXPLORE_SOURCE; algorithm <= EXPLORE_DFS; algorithm++) {
        struct set64 *traces = set64_new();
        struct explore_config config = {.algorithm = algorithm};
        struct planned found =
            plan_explore(&program, (struct model_options){0}, config, EXECUTIONS_MAX, traces, NULL);
        ck_assert_msg(found.complete && set64_count(traces) == 4 && !found.deadlocks, "%s: %llu",
                      algorithm == EXPLORE_SOURCE    ? "source"
                      : algorithm == EXPLORE_OPTIMAL ? "optimal"
                                                     : "dfs",
                      (unsigned long long)set64_count(traces));
        set64_free(traces);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_explore");
    TCase *tests = tcase_create("explore");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, programs_that_were_searched_wrongly_are_searched_right);
    tcase_add_test(tests, both_algorithms_find_the_traces_of_brute_force);
    tcase_add_test(tests, steps_are_independent_where_swapping_them_changes_nothing);
    tcase_add_test(tests, bounds_leave_out_no_more_than_they_say);
    tcase_add_test(tests, bounds_tell_tasks_by_who_made_them);
    tcase_add_test(tests, bounds_on_preemptions_end_with_everything);
    tcase_add_test(tests, bounds_end_where_there_is_no_room_for_more);
    tcase_add_test(tests, loops_that_wait_come_to_an_end);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
