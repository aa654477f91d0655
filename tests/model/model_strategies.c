/*
 * model_strategies: how often a strategy meets an interleaving, where that can be computed; and how
 * soon they find faults that a random walk hardly ever meets. Seeds are fixed, so each test passes
 * always or never; the intervals are those of 5 standard deviations, so what passes means
 * something.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "build.h"

/* ---- hit rates ---- */

/* Is the order of the events, as digits of their tasks, the one that is looked for? */
static bool order_is(const struct model *model, const char *order)
{
    uint32_t steps = sched_steps(model->sched);
    for (uint32_t i = 0; i < steps; i++)
        if (model->events[i].task != (uint32_t)(order[i] - '0'))
            return false;
    return strlen(order) == steps;
}

static double hit_rate(const struct program *program, const char *strategy, uint32_t parameter,
                       uint32_t steps, const char *order, int runs)
{
    struct model *model = model_new(program, (struct model_options){.profile = true});
    int hits = 0;
    for (int i = 0; i <= runs; i++) {
        model_run(model, &(struct sched_plan){.strategy = strategy_find(strategy),
                                              .parameter = parameter,
                                              .steps_expected = steps,
                                              .seed = rng_mix((uint64_t)i)});
        hits += i > 0 && order_is(model, order); /* the first one fills the profile */
    }
    model_free(model);
    return (double)hits / runs;
}

static void expect_rate(const struct program *program, const char *strategy, uint32_t parameter,
                        uint32_t steps, const char *order, double expected)
{
    const int runs = 20000;
    double rate = hit_rate(program, strategy, parameter, steps, order, runs);
    double deviation = sqrt(expected * (1 - expected) / runs);
    ck_assert_msg(fabs(rate - expected) <= 5 * deviation, "%s, %s, %s: %f, not %f within %f",
                  program->name, strategy, order, rate, expected, 5 * deviation);
}

/* Task i writes one variable lengths[i] times. */
static struct program writers(const char *name, int tasks, const int *lengths)
{
    struct program program = {.name = name, .bare = true};
    for (int task = 0; task < tasks; task++)
        for (int i = 0; i < lengths[task]; i++)
            ADD_STORE(&program, task, 0, 1);
    return program;
}

START_TEST(random_pos_and_pct_1_order_single_events_uniformly)
{
    struct program program = writers("three writers", 3, (const int[]){1, 1, 1});
    static const char *const orders[] = {"012", "021", "102", "120", "201", "210"};
    for (int i = 0; i < 6; i++) {
        expect_rate(&program, "random", 0, 0, orders[i], 1. / 6);
        expect_rate(&program, "pos", 0, 0, orders[i], 1. / 6);
        expect_rate(&program, "pct", 1, 3, orders[i], 1. / 6);
        expect_rate(&program, "surw", 0, 0, orders[i], 1. / 6);
    }
}
END_TEST

START_TEST(random_halves_its_chances_at_each_step)
{
    struct program program = writers("3 and 1", 2, (const int[]){3, 1});
    expect_rate(&program, "random", 0, 0, "1000", 1. / 2);
    expect_rate(&program, "random", 0, 0, "0100", 1. / 4);
    expect_rate(&program, "random", 0, 0, "0010", 1. / 8);
    expect_rate(&program, "random", 0, 0, "0001", 1. / 8);
}
END_TEST

START_TEST(surw_is_uniform_over_orders)
{
    struct program program = writers("3 and 1", 2, (const int[]){3, 1});
    expect_rate(&program, "surw", 0, 0, "1000", 1. / 4);
    expect_rate(&program, "surw", 0, 0, "0100", 1. / 4);
    expect_rate(&program, "surw", 0, 0, "0010", 1. / 4);
    expect_rate(&program, "surw", 0, 0, "0001", 1. / 4);
    struct program more = writers("5 and 3", 2, (const int[]){5, 3});
    expect_rate(&more, "surw", 0, 0, "00000111", 1. / 56);
    expect_rate(&more, "surw", 0, 0, "01010100", 1. / 56);
    struct program three = writers("2, 2 and 2", 3, (const int[]){2, 2, 2});
    expect_rate(&three, "surw", 0, 0, "001122", 1. / 90);
    expect_rate(&three, "surw", 0, 0, "210210", 1. / 90);
}
END_TEST

/* Private operations between the interesting ones: these are chosen evenly all the same. */
START_TEST(surw_counts_what_is_interesting_alone)
{
    struct program program = {.name = "private work", .bare = true};
    ADD_STORE(&program, 0, 0, 1);
    for (int i = 0; i < 6; i++)
        ADD_STORE(&program, 1, 8, 1);
    ADD_STORE(&program, 1, 0, 1);
    double first = 0; /* the first task's write comes first */
    for (int i = 0; i <= 6; i++) {
        char order[9] = "11111111";
        order[i] = '0';
        first += hit_rate(&program, "surw", 0, 0, order, 20000);
    }
    ck_assert_msg(fabs(first - 1. / 2) < 5 * sqrt(.25 / 20000), "%f", first);
}
END_TEST

/* A task stands for the children that it has not made yet. */
START_TEST(surw_gives_parents_their_childrens_share)
{
    struct program program = {.name = "a child"};
    struct model *model;
    int last = 0, runs = 8000;
    add(&program, 0,
        (struct instruction){.kind = SCHED_CHOOSE, .effect = EFFECT_SPAWN, .value = 2});
    add(&program, 0,
        (struct instruction){.kind = SCHED_CHOOSE, .effect = EFFECT_SPAWN, .value = 1});
    for (int i = 0; i < 3; i++)
        ADD_STORE(&program, 1, 0, 1);
    ADD_STORE(&program, 2, 0, 1);
    model = model_new(&program, (struct model_options){.profile = true});
    for (int i = 0; i <= runs; i++) {
        model_run(model, &(struct sched_plan){.strategy = strategy_find("surw"),
                                              .seed = rng_mix((uint64_t)i)});
        uint32_t writer = 0;
        for (uint32_t j = 0; j < sched_steps(model->sched); j++)
            if (model->events[j].kind == SCHED_WRITE)
                writer = model->events[j].task;
        last += i > 0 && writer == 1;
    }
    model_free(model);
    double rate = (double)last / runs;
    ck_assert_msg(fabs(rate - 1. / 4) < 5 * sqrt(.1875 / runs), "%f", rate);
}
END_TEST

/* a1 .. ak are private, w conflicts with b: w goes before b iff b's priority is the least of k + 2.
 */
START_TEST(pos_keeps_what_does_not_depend)
{
    for (int k = 0; k <= 4; k++) {
        struct program program = {.name = "k private, then a conflict", .bare = true};
        char order[8] = "0000000";
        for (int i = 0; i < k; i++)
            ADD_STORE(&program, 0, 8, 1);
        ADD_STORE(&program, 0, 0, 1);
        ADD_STORE(&program, 1, 0, 1);
        order[k + 1] = '1';
        order[k + 2] = 0;
        expect_rate(&program, "pos", 0, 0, order, 1. / (k + 2));
        expect_rate(&program, "random", 0, 0, order, pow(.5, k + 1));
    }
}
END_TEST

START_TEST(pos_draws_again_what_depends)
{
    struct program program = writers("3 and 1", 2, (const int[]){3, 1});
    expect_rate(&program, "pos", 0, 0, "1000", 1. / 2);
    expect_rate(&program, "pos", 0, 0, "0001", 1. / 8); /* else 1 / 4 */
}
END_TEST

START_TEST(pct_meets_its_bound)
{
    /* Between two writes: depth 2; the bound 1 / (n k) is met exactly. */
    struct program two = writers("2 and 1", 2, (const int[]){2, 1});
    expect_rate(&two, "pct", 2, 3, "010", 1. / 6);
    expect_rate(&two, "pct", 1, 3, "010", 0);
    /* There and back: depth 3, two change points of 4^2, in either order. */
    struct program back = writers("2 and 2", 2, (const int[]){2, 2});
    expect_rate(&back, "pct", 3, 4, "0101", 1. / 16);
    expect_rate(&back, "pct", 2, 4, "0101", 0);
}
END_TEST

/* The second task's write lies between the first's last two, while a third is about. */
START_TEST(pct_meets_its_bound_among_many_steps)
{
    const int runs = 20000, steps = 41;
    struct program program = writers("20, 1 and 20", 3, (const int[]){20, 1, 20});
    struct model *model = model_new(&program, (struct model_options){0});
    int hits = 0;
    for (uint64_t seed = 0; seed < (uint64_t)runs; seed++) {
        int before = 0;
        model_run(model, &(struct sched_plan){.strategy = strategy_find("pct"),
                                              .parameter = 2,
                                              .steps_expected = (uint32_t)steps,
                                              .seed = rng_mix(seed)});
        for (int i = 0; i < steps && model->events[i].task != 1; i++)
            before += model->events[i].task == 0;
        hits += before == 19;
    }
    model_free(model);
    double bound = 1. / (3 * steps), rate = (double)hits / runs;
    ck_assert_msg(rate >= bound - 5 * sqrt(bound / runs), "%f, not at least %f", rate, bound);
}
END_TEST

START_TEST(policies_have_one_order)
{
    static const struct {
        const char *strategy;
        uint32_t quantum;
        const char *order;
    } expected[] = {
        {"steady", 0, "00000111122"},   {"fcfs", 0, "00000111122"}, {"rr", 1, "01201201010"},
        {"rr", 2, "00112200110"},       {"sjn", 0, "22111100000"},  {"srt", 0, "22111100000"},
        {"priority", 0, "00000111122"}, {"mlq", 1, "01200112001"},
    };
    struct program program = writers("5, 4 and 2", 3, (const int[]){5, 4, 2});
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const char *strategy = expected[i].strategy;
        ck_assert_msg(hit_rate(&program, strategy, expected[i].quantum, 0, expected[i].order, 3) ==
                          1.,
                      "%s:%u", strategy, expected[i].quantum);
    }
}
END_TEST

/* ---- faults ---- */

/* Setters write a, then b; the checker must not see a new and b old. */
static struct program reorder(int setters)
{
    struct program program = {.name = "reorder"};
    ADD_STORE(&program, 1, 0, 1);
    ADD_STORE(&program, 1, 2, 1);
    ADD_ACCESS(&program, 2, READ, 0, .effect = EFFECT_LOAD, .branch = BRANCH_ZERO, .target = 9);
    ADD_ACCESS(&program, 2, READ, 2, .effect = EFFECT_LOAD, .branch = BRANCH_NONZERO, .target = 9);
    ADD_STORE(&program, 2, 4, 1);
    for (int i = 0; i <= setters; i++)
        add(&program, 0,
            (struct instruction){
                .kind = SCHED_CHOOSE, .effect = EFFECT_SPAWN, .value = i == setters ? 2 : 1});
    return program;
}

/* A value that is there for one step of many. */
static struct program needle(void)
{
    struct program program = {.name = "needle"};
    for (int i = 0; i < 24; i++)
        ADD_STORE(&program, 1, 0, i == 11);
    ADD_ACCESS(&program, 2, READ, 0, .effect = EFFECT_LOAD, .branch = BRANCH_ZERO, .target = 9);
    ADD_ACCESS(&program, 2, READ, 0, .effect = EFFECT_LOAD, .branch = BRANCH_NONZERO, .target = 9);
    ADD_STORE(&program, 2, 4, 1);
    add_main(&program, 2, false);
    return program;
}

/* The schedule that finds it; 0: none of `max`. Cell 4 tells. */
static uint32_t first_found(const struct program *program, const char *strategy, uint64_t seed,
                            uint32_t max)
{
    struct model *model = model_new(program, (struct model_options){.profile = true});
    uint32_t longest = 0, found = 0;
    model->failing_cell = 4;
    model->failing_value = 1;
    for (uint32_t i = 0; i < max && !found; i++) {
        struct sched_plan plan = {.seed = rng_mix(seed * max + i), .steps_expected = longest};
        if (strategy)
            plan.strategy = strategy_find(strategy);
        else
            portfolio_plan(i, &plan);
        model_run(model, &plan);
        uint32_t steps = sched_steps(model->sched);
        longest = steps > longest ? steps : longest;
        found = model->failed ? i + 1 : 0;
    }
    model_free(model);
    return found;
}

static void expect_found(const struct program *program, const char *strategy, uint32_t max)
{
    uint32_t worst = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint32_t found = first_found(program, strategy, seed, max);
        ck_assert_msg(found, "%s, seed %d: not found in %u", program->name, (int)seed, max);
        worst = found > worst ? found : worst;
    }
    printf("%s by %s: at most %u schedules of 20 seeds\n", program->name,
           strategy ? strategy : "portfolio", worst);
}

START_TEST(the_portfolio_finds_rare_orders)
{
    struct program few = reorder(3), many = reorder(100), value = needle();
    expect_found(&few, NULL, 2000);
    expect_found(&many, NULL, 10000);
    expect_found(&value, NULL, 10000);
}
END_TEST

START_TEST(feedback_finds_what_a_random_walk_does_not)
{
    struct program some = reorder(20), many = reorder(100);
    expect_found(&some, "rff", 2000);
    expect_found(&many, "rff", 2000);
    for (uint64_t seed = 1; seed <= 5; seed++)
        ck_assert_uint_eq(first_found(&some, "random", seed, 1000), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_strategies");
    TCase *tests = tcase_create("strategies");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, random_pos_and_pct_1_order_single_events_uniformly);
    tcase_add_test(tests, random_halves_its_chances_at_each_step);
    tcase_add_test(tests, surw_is_uniform_over_orders);
    tcase_add_test(tests, surw_counts_what_is_interesting_alone);
    tcase_add_test(tests, surw_gives_parents_their_childrens_share);
    tcase_add_test(tests, pos_keeps_what_does_not_depend);
    tcase_add_test(tests, pos_draws_again_what_depends);
    tcase_add_test(tests, pct_meets_its_bound);
    tcase_add_test(tests, pct_meets_its_bound_among_many_steps);
    tcase_add_test(tests, policies_have_one_order);
    tcase_add_test(tests, the_portfolio_finds_rare_orders);
    tcase_add_test(tests, feedback_finds_what_a_random_walk_does_not);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
