/*
 * model_estimate: the estimate of a search's size, on programs whose size is known: how good its
 * band is in the middle of the search, and near its end. All is deterministic.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "explore/estimate.h"
#include "explore/frontier.h"

/* ---- programs ---- */

static void writers(struct program *program, int n)
{
    ADD_STORE(program, 1, 0, 1);
    add_main(program, n, true);
}

static void readers(struct program *program, int n)
{
    ADD_STORE(program, 1, 0, 1);
    for (int i = 0; i < n; i++)
        ADD_LOAD(program, i + 2, 0);
    add_main(program, n + 1, false);
}

static void dining(struct program *program, int n)
{
    for (int i = 0; i < n; i++) {
        ADD(program, i + 1, LOCK, MUTEX, i);
        ADD(program, i + 1, LOCK, MUTEX, (i + 1) % n);
        ADD(program, i + 1, UNLOCK, MUTEX, (i + 1) % n);
        ADD(program, i + 1, UNLOCK, MUTEX, i);
    }
    add_main(program, n, false);
}

static void increments(struct program *program, int n)
{
    for (int task = 1; task <= 2; task++)
        for (int i = 0; i < n; i++) {
            ADD_LOAD(program, task, 0);
            ADD_ACCESS(program, task, WRITE, 0, .effect = EFFECT_SUM, .value = task);
        }
    ADD_LOAD(program, 3, 0);
    add_main(program, 3, false);
}

static void locks(struct program *program, int n)
{
    for (int code = 0; code < 3; code++)
        for (int i = 0; i < n; i++) {
            ADD(program, code, LOCK, MUTEX, 0);
            ADD(program, code, UNLOCK, MUTEX, 0);
        }
    program->bare = true;
}

static void last_zero(struct program *program, int n)
{
    for (int i = 0; i < n; i++) {
        ADD_LOAD(program, i + 1, i);
        ADD_ACCESS(program, i + 1, WRITE, i + 1, .effect = EFFECT_SUM, .value = 1);
    }
    for (int i = n; i >= 0; i--)
        ADD_LOAD(program, n + 1, i);
    add_main(program, n + 1, false);
}

static const struct {
    const char *name;
    void (*build)(struct program *program, int n);
    int least, most;
} works[] = {
    {"writers", writers, 4, 7},       {"readers", readers, 3, 10}, {"dining", dining, 3, 9},
    {"increments", increments, 2, 3}, {"locks", locks, 2, 3},      {"last_zero", last_zero, 3, 7},
};

/* ---- the search ---- */

/* To its end; returns how many executions that took. With `at` not 0: the band after so many. */
static uint64_t search(const struct program *program, uint64_t at, uint64_t *ret_least,
                       uint64_t *ret_most)
{
    struct explore_config config = {
        .algorithm = EXPLORE_OPTIMAL, .steps_max = MODEL_STEPS, .tasks_max = MODEL_TASKS};
    struct model *model = model_new(program, (struct model_options){0});
    struct explore_config shared = config;
    shared.frontier = frontier_create(&config);
    struct explore *explore = explore_create(&shared);
    struct estimate estimate = {0};
    uint64_t executed = 0;
    while (explore_take(explore) == EXPLORE_TAKEN)
        for (bool more = true; more && (!at || executed < at);) {
            struct sched_plan plan = {0};
            explore_plan(explore, &plan);
            enum sched_verdict verdict = model_run(model, &plan);
            ck_assert(verdict != SCHED_ASLEEP);
            more = explore_next(explore, model->sched, EXPLORE_END_ITSELF);
            explore_guess(explore);
            double left = frontier_left(shared.frontier, &explore, 1);
            estimate_add(&estimate, ++executed, 1 - left);
            if (executed % 3 == 0) /* what the guess is made from lies in both places */
                explore_give(explore);
        }
    if (at)
        ck_assert(estimate_band(&estimate, ret_least, ret_most));
    explore_destroy(explore);
    frontier_destroy(shared.frontier);
    model_free(model);
    return executed;
}

/* After so many hundredths of each search; how many bands hold the truth, of how many? */
static int bands_check(int hundredths, int *ret_all)
{
    static struct program program;
    int right = 0;
    *ret_all = 0;
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++)
        for (int n = works[i].least; n <= works[i].most; n++) {
            uint64_t least = 0, most = 0;
            program = (struct program){.name = works[i].name};
            works[i].build(&program, n);
            uint64_t all = search(&program, 0, NULL, NULL);
            uint64_t at = (all * (uint64_t)hundredths + 99) / 100;
            search(&program, at, &least, &most);
            printf("%d %%: %s %d: %.2f to %.2f of %llu\n", hundredths, works[i].name, n,
                   (double)least / (double)all, (double)most / (double)all,
                   (unsigned long long)all);
            right += least <= all && all <= most;
            ck_assert(least >= at && least <= most);
            ++*ret_all;
        }
    return right;
}

START_TEST(bands_hold_the_truth_from_the_middle_on)
{
    static const int hundredths[] = {50, 75, 95};
    for (size_t i = 0; i < sizeof hundredths / sizeof hundredths[0]; i++) {
        int all, right = bands_check(hundredths[i], &all);
        ck_assert_msg(10 * right >= 9 * all, "after %d %%: %d of %d", hundredths[i], right, all);
    }
}
END_TEST

/* Not so wide that it says nothing. */
START_TEST(bands_become_narrow)
{
    struct estimate estimate = {0};
    uint64_t least, most;
    ck_assert(!estimate_band(&estimate, &least, &most));
    estimate_add(&estimate, 1, 0);
    ck_assert(!estimate_band(&estimate, &least, &most));
    for (uint64_t executed = 1; executed <= 5000; executed++)
        estimate_add(&estimate, executed, (double)executed / 10000);
    ck_assert(estimate_band(&estimate, &least, &most));
    ck_assert(least >= 7999 && least <= 8001 && most >= 12499 && most <= 12501);
    for (uint64_t executed = 5001; executed <= 10000; executed++)
        estimate_add(&estimate, executed, (double)executed / 10000);
    ck_assert(estimate_band(&estimate, &least, &most));
    ck_assert(least == 10000 && most >= 12499 && most <= 12501);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model_estimate");
    TCase *tests = tcase_create("estimate");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, bands_hold_the_truth_from_the_middle_on);
    tcase_add_test(tests, bands_become_narrow);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
