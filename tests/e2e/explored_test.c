/*
 * explored_test: a unit test of Check whose tests explore schedules; for explore_unit.sh.
 */
#include <assert.h>
#include <check.h>
#include <pthread.h>
#include <stdlib.h>

#include "racerun/racerun.h"
#include "racerun/test.h"

struct account {
    pthread_mutex_t lock;
    int balance;
};

static void *withdraw(void *argument)
{
    struct account *account = argument;
    pthread_mutex_lock(&account->lock);
    int seen = account->balance;
    pthread_mutex_unlock(&account->lock);
    if (seen >= 10) {
        pthread_mutex_lock(&account->lock);
        account->balance -= 10;
        pthread_mutex_unlock(&account->lock);
    }
    return NULL;
}

/* Fails for 10, and only where both look before one of them takes. */
static void withdraw_twice(void *balance)
{
    struct account account = {PTHREAD_MUTEX_INITIALIZER, *(int *)balance};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, withdraw, &account);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert(account.balance >= 0);
}

static int touched;

static void touch(void *unused)
{
    (void)unused;
    assert(!touched); /* what the test did has not happened */
    touched = 1;
}

static void choose(void *unused)
{
    (void)unused;
    assert(rrun_choose(8) != 5);
}

static char report[16384], path[4096];
static struct rrun_explore_options options = {
    .schedules = 300,
    .report = report,
    .report_size = sizeof report,
    .schedule = path,
    .schedule_size = sizeof path,
};

START_TEST(a_correct_function_passes)
{
    int balance = 20;
    options.argument_size = sizeof balance;
    ck_assert_msg(rrun_explore(&options, withdraw_twice, &balance) == 0, "%s", report);
    ck_assert_str_eq(path, "");
    ck_assert_ptr_nonnull(strstr(report, "racerun: explored 300 schedules"));
}
END_TEST

START_TEST(a_faulty_one_is_found_with_its_schedule)
{
    int balance = 10;
    options.argument_size = sizeof balance;
    ck_assert_int_eq(rrun_explore(&options, withdraw_twice, &balance), 1);
    ck_assert_ptr_nonnull(strstr(report, "racerun: assertion #1 ["));
    ck_assert_ptr_nonnull(strstr(report, "withdraw_twice: Assertion"));
    ck_assert_int_eq(access(path, R_OK), 0);
}
END_TEST

START_TEST(the_function_begins_as_main_does)
{
    touched = 1;
    ck_assert_msg(rrun_explore(&options, touch, NULL) == 0, "%s", report);
    ck_assert_int_eq(touched, 1);
}
END_TEST

START_TEST(choices_are_explored)
{
    ck_assert_msg(rrun_explore(&options, choose, NULL) == 1, "%s", report);
    ck_assert_uint_eq(rrun_choose(8), 0);
}
END_TEST

START_TEST(what_cannot_be_explored_is_told)
{
    int argument = 0;
    options.argument_size = 0;
    ck_assert_int_eq(rrun_explore(&options, touch, &argument), -1);
    ck_assert_ptr_nonnull(strstr(report, "argument_size"));
    options.strategy = "none such";
    ck_assert_int_eq(rrun_explore(&options, touch, NULL), -1);
    ck_assert_ptr_nonnull(strstr(report, "there is no strategy"));
    options.strategy = NULL;
    setenv("RACERUN", "/nowhere/racerun", 1);
    ck_assert_int_eq(rrun_explore(&options, touch, NULL), -1);
    ck_assert_ptr_nonnull(strstr(report, "racerun is not found"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_correct_function_passes,        a_faulty_one_is_found_with_its_schedule,
        the_function_begins_as_main_does, choices_are_explored,
        what_cannot_be_explored_is_told,
    };
    Suite *suite = suite_create("explored");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 600);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
