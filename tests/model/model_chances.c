/*
 * model_chances: each strategy takes every order of small programs as often as its definition says
 * (chance.h computes it, by itself). Seeds are fixed, so the tests pass always or never; a rate is
 * right when it lies in an interval that errs once in a million.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "build.h"
#include "chance.h"

/* Fourteen without locks, which all strategies can be computed for, then others. */
static const char *const texts[] = {
    "a|a",         "a|a|a",      "aaa|a",     "aa|aa",       "ab|ba",     "ab|ab",   "axa|aya",
    "xxxa|a",      "a|b|ab",     "aaaa|aa",   "aa|aa|a",     "abc|cba",   "aab|b|a", "a|a|a|a",
    "(a)|(a)|(a)", "(a)(a)|(a)", "a(b)|(b)a", "([a])|[(a)]", "(a)|[a]|a",
};
enum { TEXTS = sizeof texts / sizeof texts[0], FREE_TEXTS = 14, ORDERS_MAX = 256 };
static const int runs_many = 24000;

struct orders {
    struct chance_program chances; /* the same program twice: for the computation, */
    struct program program;        /* and for the scheduler */
    char order[ORDERS_MAX][CHANCE_TASKS * CHANCE_STEPS];
    int64_t hits[ORDERS_MAX];
    int count;
};

/* ---- programs ---- */

static void step_add(struct program *program, int task, char step)
{
    if (step == '(' || step == '[')
        ADD(program, task, LOCK, MUTEX, step == '[');
    else if (step == ')' || step == ']')
        ADD(program, task, UNLOCK, MUTEX, step == ']');
    else
        ADD_STORE(program, task, 2 * (step >= 'x' ? step - 'x' + 3 : step - 'a'), 1);
}

static void order_add(void *context, const char *order)
{
    struct orders *orders = context;
    ck_assert_int_lt(orders->count, ORDERS_MAX);
    strcpy(orders->order[orders->count++], order);
}

static struct orders *orders_new(const char *text)
{
    struct orders *orders = calloc(1, sizeof *orders);
    chance_parse(text, &orders->chances);
    orders->program = (struct program){.name = text, .bare = true};
    for (int task = 0; task < orders->chances.tasks; task++)
        for (const char *step = orders->chances.code[task]; *step; step++)
            step_add(&orders->program, task, *step);
    chance_orders(&orders->chances, order_add, orders);
    return orders;
}

/* ---- executions ---- */

static void order_of(const struct model *model, char *ret_order)
{
    uint32_t steps = sched_steps(model->sched);
    for (uint32_t i = 0; i < steps; i++)
        ret_order[i] = (char)('0' + model->events[i].task);
    ret_order[steps] = 0;
}

static void order_count(struct orders *orders, const struct model *model)
{
    char order[CHANCE_TASKS * CHANCE_STEPS];
    int i = 0;
    order_of(model, order);
    while (i < orders->count && strcmp(orders->order[i], order) != 0)
        i++;
    ck_assert_msg(i < orders->count, "%s: an order that cannot be: %s", orders->program.name,
                  order);
    orders->hits[i]++;
}

/* The plan of schedule number `run`; strategy NULL: the portfolio's. */
static struct sched_plan plan_of(const struct orders *orders, const char *strategy,
                                 uint32_t parameter, int run)
{
    struct sched_plan plan = {.parameter = parameter,
                              .steps_expected = (uint32_t)orders->chances.steps,
                              .seed = rng_mix((uint64_t)run)};
    if (strategy)
        plan.strategy = strategy_find(strategy);
    else
        portfolio_plan((uint64_t)run, &plan);
    return plan;
}

/* Counts the orders of `runs` executions, after one that fills the profile. */
static void orders_run(struct orders *orders, const char *strategy, uint32_t parameter, int runs)
{
    struct model *model = model_new(&orders->program, (struct model_options){.profile = true});
    struct sched_plan first = plan_of(orders, "fcfs", 0, 0);
    memset(orders->hits, 0, sizeof orders->hits);
    model_run(model, &first);
    for (int run = 1; run <= runs; run++) {
        struct sched_plan plan = plan_of(orders, strategy, parameter, run);
        model_run(model, &plan);
        order_count(orders, model);
    }
    model_free(model);
}

/* ---- chances ---- */

static double chance_of(const struct chance_program *program, const char *strategy,
                        uint32_t parameter, const char *order)
{
    if (strcmp(strategy, "random") == 0 || strcmp(strategy, "rff") == 0)
        return chance_random(program, order); /* rff: nothing is read, so nothing is learnt */
    if (strcmp(strategy, "pct") == 0)
        return chance_pct(program, (int)parameter, order);
    if (strcmp(strategy, "pos") == 0)
        return chance_pos(program, order);
    if (strcmp(strategy, "surw") == 0)
        return chance_surw(program, order);
    return chance_policy(program, strategy, (int)parameter, order);
}

/* A chance of each turn: what hits in all of them varies less than with equal chances. */
static double chance_of_portfolio(const struct orders *orders, const char *order)
{
    const int turns = 12;
    double sum = 0;
    for (int turn = 1; turn <= turns; turn++) {
        struct sched_plan plan = plan_of(orders, NULL, 0, turn);
        sum += chance_of(&orders->chances, strategy_name(plan.strategy), plan.parameter, order);
    }
    return sum / turns;
}

static void expect_chances(const char *text, const char *strategy, uint32_t parameter, int runs)
{
    struct orders *orders = orders_new(text);
    double all = 0;
    orders_run(orders, strategy, parameter, runs);
    for (int i = 0; i < orders->count; i++) {
        const char *order = orders->order[i];
        double p = strategy ? chance_of(&orders->chances, strategy, parameter, order)
                            : chance_of_portfolio(orders, order);
        ck_assert_msg(chance_allows(p, orders->hits[i], runs), "%s, %s:%u, %s: %d of %d, not %f",
                      text, strategy ? strategy : "portfolio", parameter, order,
                      (int)orders->hits[i], runs, p);
        all += p;
    }
    ck_assert_msg(all > 1 - 1e-9 && all < 1 + 1e-9, "%s, %s: the chances sum up to %f", text,
                  strategy ? strategy : "portfolio", all);
    free(orders);
}

static void expect_in_all(const char *strategy, uint32_t parameter, int texts_count, int runs)
{
    for (int i = 0; i < texts_count; i++)
        expect_chances(texts[i], strategy, parameter, runs);
    printf("%s:%u takes the orders of %d programs as often as computed\n",
           strategy ? strategy : "portfolio", parameter, texts_count);
}

START_TEST(random_is_as_computed)
{
    expect_in_all("random", 0, TEXTS, runs_many);
}
END_TEST

START_TEST(pct_is_as_computed)
{
    for (uint32_t depth = 1; depth <= 3; depth++)
        expect_in_all("pct", depth, TEXTS, runs_many);
}
END_TEST

START_TEST(pos_is_as_computed)
{
    expect_in_all("pos", 0, TEXTS, runs_many);
}
END_TEST

START_TEST(surw_is_as_computed)
{
    expect_in_all("surw", 0, TEXTS, runs_many);
}
END_TEST

/* Where there is nothing to learn from. */
START_TEST(rff_is_as_computed)
{
    expect_in_all("rff", 0, FREE_TEXTS, runs_many);
}
END_TEST

START_TEST(the_portfolio_is_as_computed)
{
    expect_in_all(NULL, 0, FREE_TEXTS, runs_many);
}
END_TEST

START_TEST(policies_are_as_computed)
{
    static const char *const runs_on[] = {"steady", "fcfs", "priority", "sjn", "srt"};
    for (unsigned i = 0; i < sizeof runs_on / sizeof runs_on[0]; i++)
        expect_in_all(runs_on[i], 0, FREE_TEXTS, 3);
    for (uint32_t quantum = 1; quantum <= 3; quantum++) {
        expect_in_all("rr", quantum, FREE_TEXTS, 3);
        expect_in_all("mlq", quantum, FREE_TEXTS, 3);
    }
}
END_TEST

/* ---- what the definitions promise ---- */

/* With one shared object and nothing private, all orders are equally likely. */
START_TEST(surw_is_uniform)
{
    static const char *const one_object[] = {"a|a",     "a|a|a",   "aaa|a",  "aa|aa",
                                             "aaaa|aa", "aa|aa|a", "a|a|a|a"};
    for (unsigned i = 0; i < sizeof one_object / sizeof one_object[0]; i++) {
        struct orders *orders = orders_new(one_object[i]);
        orders_run(orders, "surw", 0, runs_many);
        for (int j = 0; j < orders->count; j++)
            ck_assert_msg(chance_allows(1. / orders->count, orders->hits[j], runs_many), "%s, %s",
                          one_object[i], orders->order[j]);
        free(orders);
    }
}
END_TEST

/* Where in the order does the task take its `index`-th step? -1: nowhere. */
static int place_of(const char *order, int task, int index)
{
    for (int at = 0; order[at]; at++)
        if (order[at] == '0' + task && index-- == 0)
            return at;
    return -1;
}

/* How many runs had x, step i of task t, before y, and y before z, which is t's next? */
static int64_t hits_between(const struct orders *orders, int t, int i, int u, int j)
{
    int64_t hits = 0;
    for (int k = 0; k < orders->count; k++) {
        int x = place_of(orders->order[k], t, i), z = place_of(orders->order[k], t, i + 1);
        int y = place_of(orders->order[k], u, j);
        hits += x >= 0 && x < y && (z < 0 || y < z) ? orders->hits[k] : 0;
    }
    return hits;
}

static int64_t hits_before(const struct orders *orders, int t, int i, int u, int j)
{
    int64_t hits = 0;
    for (int k = 0; k < orders->count; k++) {
        int x = place_of(orders->order[k], t, i), y = place_of(orders->order[k], u, j);
        hits += x >= 0 && (y < 0 || x < y) ? orders->hits[k] : 0;
    }
    return hits;
}

/* Depth 1: x before y, at least 1 / n. Depth 2: y between two of another task, 1 / (n k). */
static void expect_bounds(const char *text, uint32_t depth)
{
    struct orders *orders = orders_new(text);
    const struct chance_program *program = &orders->chances;
    double bound = 1. / program->tasks / (depth == 2 ? program->steps : 1);
    orders_run(orders, "pct", depth, runs_many);
    for (int t = 0; t < program->tasks; t++)
        for (int u = 0; u < program->tasks; u++)
            for (int i = 0; program->code[t][i] && t != u; i++)
                for (int j = 0; program->code[u][j]; j++) {
                    if (depth == 2 && !program->code[t][i + 1])
                        continue;
                    int64_t hits = depth == 2 ? hits_between(orders, t, i, u, j)
                                              : hits_before(orders, t, i, u, j);
                    ck_assert_msg((double)hits > bound * runs_many ||
                                      chance_allows(bound, hits, runs_many),
                                  "%s, pct:%u: %d.%d and %d.%d: %d of %d, not %f", text, depth, t,
                                  i, u, j, (int)hits, runs_many, bound);
                }
    free(orders);
}

START_TEST(pct_meets_its_bound)
{
    for (int i = 0; i < FREE_TEXTS; i++) {
        expect_bounds(texts[i], 1);
        expect_bounds(texts[i], 2);
    }
}
END_TEST

/* The interval is no wider than it should be. */
START_TEST(intervals_exclude_what_is_wrong)
{
    ck_assert(chance_allows(1. / 6, runs_many / 6, runs_many));
    ck_assert(!chance_allows(1. / 6, runs_many / 7, runs_many));
    ck_assert(!chance_allows(1. / 6, runs_many / 5, runs_many));
    ck_assert(chance_allows(0, 0, runs_many) && !chance_allows(0, 1, runs_many));
    ck_assert(chance_allows(1, runs_many, runs_many) &&
              !chance_allows(1, runs_many - 1, runs_many));
    /* Of 20 throws of a coin none shows heads: once in 2^20, and that is twice once in a million.
     */
    ck_assert(chance_allows(.5, 0, 20) && !chance_allows(.5, 0, 21));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_chances");
    TCase *tests = tcase_create("chances");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, random_is_as_computed);
    tcase_add_test(tests, pct_is_as_computed);
    tcase_add_test(tests, pos_is_as_computed);
    tcase_add_test(tests, surw_is_as_computed);
    tcase_add_test(tests, rff_is_as_computed);
    tcase_add_test(tests, the_portfolio_is_as_computed);
    tcase_add_test(tests, policies_are_as_computed);
    tcase_add_test(tests, surw_is_uniform);
    tcase_add_test(tests, pct_meets_its_bound);
    tcase_add_test(tests, intervals_exclude_what_is_wrong);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
