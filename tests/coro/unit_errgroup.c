/* errgroup: the first error, the context, the limit, typed arguments. */
#define RGO_NO_SHORT_NAMES
#include <racerun/go.h>

#include <check.h>
#include <pthread.h>

#include "runtime.h"

static _Atomic int total, at_once, most;

static int add(int a, short b, double c)
{
    atomic_fetch_add(&total, a + b + (int)c);
    return 0;
}

START_TEST(wait_returns_zero_when_all_have_worked)
{
    rgo_errgroup g = {0};
    atomic_store(&total, 0);
    for (int i = 0; i < 1000; i++)
        rgo_errgroup_go(&g, add, 1, (short)2, 4.5);
    ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
    ck_assert_int_eq(atomic_load(&total), 7000);
    rgo_errgroup_go(&g, add, 1, (short)0, 0.0);
    ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
    ck_assert_int_eq(atomic_load(&total), 7001);
}
END_TEST

START_TEST(wait_of_an_empty_group_returns)
{
    rgo_errgroup g = {0};
    ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
}
END_TEST

static int fail_after(rgo_chan_of(int) go_on, int error)
{
    rgo_chan_get(go_on);
    return error;
}

START_TEST(wait_returns_the_first_error)
{
    rgo_errgroup g = {0};
    rgo_chan_of(int) first = rgo_chan_make(int), second = rgo_chan_make(int);
    rgo_context *ctx = rgo_errgroup_with_context(&g, NULL);
    rgo_errgroup_go(&g, fail_after, first, 5);
    rgo_errgroup_go(&g, fail_after, second, -6);
    ck_assert_ptr_null(rgo_context_err(ctx));
    rgo_chan_close(second);
    rgo_chan_get(rgo_context_done(ctx)); /* by the error */
    rgo_chan_close(first);
    ck_assert_int_eq(rgo_errgroup_wait(&g), -6);
    ck_assert_int_eq(rgo_errgroup_wait(&g), -6);
    rgo_context_release(ctx);
    rgo_chan_free(first);
    rgo_chan_free(second);
}
END_TEST

static int until_done(rgo_context *ctx)
{
    rgo_chan_get(rgo_context_done(ctx));
    return 7;
}

static int three(void)
{
    return 3;
}

START_TEST(an_error_stops_the_others_by_the_context)
{
    rgo_errgroup g = {0};
    rgo_context *ctx = rgo_errgroup_with_context(&g, rgo_context_background());
    for (int i = 0; i < 10; i++)
        rgo_errgroup_go(&g, until_done, ctx);
    rgo_errgroup_go(&g, three);
    ck_assert_int_eq(rgo_errgroup_wait(&g), 3);
    ck_assert_ptr_eq(rgo_context_err(ctx), rgo_context_canceled);
    rgo_context_release(ctx);
}
END_TEST

START_TEST(wait_cancels_the_context_without_any_error)
{
    rgo_errgroup g = {0};
    rgo_context *ctx = rgo_errgroup_with_context(&g, NULL);
    rgo_errgroup_go(&g, add, 0, (short)0, 0.0);
    ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
    ck_assert_ptr_eq(rgo_context_err(ctx), rgo_context_canceled);
    rgo_context_release(ctx);
}
END_TEST

static int crowd(void)
{
    int now = atomic_fetch_add(&at_once, 1) + 1;
    int seen = atomic_load(&most);
    while (seen < now && !atomic_compare_exchange_weak(&most, &seen, now))
        ;
    for (int i = 0; i < 3; i++)
        rgo_yield();
    rgo_sleep(100000);
    atomic_fetch_sub(&at_once, 1);
    atomic_fetch_add(&total, 1);
    return 0;
}

START_TEST(no_more_than_the_limit_are_active_at_a_time)
{
    for (int limit = 1; limit <= 20; limit += 9) {
        rgo_errgroup g = {0};
        atomic_store(&total, 0);
        atomic_store(&most, 0);
        rgo_errgroup_set_limit(&g, limit);
        for (int i = 0; i < 60; i++)
            rgo_errgroup_go(&g, crowd);
        ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
        ck_assert_int_eq(atomic_load(&total), 60);
        ck_assert_int_le(atomic_load(&most), limit);
        rgo_errgroup_set_limit(&g, -1);
        for (int i = 0; i < 60; i++)
            rgo_errgroup_go(&g, crowd);
        ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
    }
}
END_TEST

START_TEST(try_go_tells_when_the_limit_is_reached)
{
    rgo_errgroup g = {0};
    rgo_chan_of(int) go_on = rgo_chan_make(int);
    rgo_errgroup_set_limit(&g, 2);
    ck_assert(rgo_errgroup_try_go(&g, fail_after, go_on, 0));
    ck_assert(rgo_errgroup_try_go(&g, fail_after, go_on, 0));
    ck_assert(!rgo_errgroup_try_go(&g, fail_after, go_on, 1));
    rgo_chan_close(go_on);
    ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
    ck_assert(rgo_errgroup_try_go(&g, three));
    ck_assert_int_eq(rgo_errgroup_wait(&g), 3);
    rgo_errgroup_set_limit(&g, 0);
    ck_assert(!rgo_errgroup_try_go(&g, three));
    rgo_chan_free(go_on);
}
END_TEST

static int leave(void)
{
    rgo_exit();
}

START_TEST(exit_counts_as_zero)
{
    rgo_errgroup g = {0};
    for (int i = 0; i < 10; i++)
        rgo_errgroup_go(&g, leave);
    ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
}
END_TEST

static int tree(rgo_errgroup *g, int depth)
{
    atomic_fetch_add(&total, 1);
    for (int i = 0; depth > 0 && i < 2; i++)
        rgo_errgroup_go(g, tree, g, depth - 1);
    return 0;
}

START_TEST(goroutines_of_the_group_may_start_others)
{
    rgo_errgroup g = {0};
    atomic_store(&total, 0);
    rgo_errgroup_go(&g, tree, &g, 9);
    ck_assert_int_eq(rgo_errgroup_wait(&g), 0);
    ck_assert_int_eq(atomic_load(&total), 1023);
}
END_TEST

static void *use_in_thread(void *raw)
{
    (void)raw;
    rgo_errgroup g = {0};
    rgo_errgroup_set_limit(&g, 1);
    for (int i = 0; i < 50; i++)
        rgo_errgroup_go(&g, crowd);
    return rgo_errgroup_wait(&g) == 0 ? raw : NULL;
}

START_TEST(threads_of_the_programs_own_use_groups_too)
{
    pthread_t thread;
    atomic_store(&total, 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, use_in_thread, &at_once), 0);
    while (atomic_load(&total) < 50)
        rgo_sleep(100000);
    void *result;
    pthread_join(thread, &result);
    ck_assert_ptr_eq(result, (void *)&at_once);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("errgroup");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, wait_returns_zero_when_all_have_worked);
    tcase_add_test(tests, wait_of_an_empty_group_returns);
    tcase_add_test(tests, wait_returns_the_first_error);
    tcase_add_test(tests, an_error_stops_the_others_by_the_context);
    tcase_add_test(tests, wait_cancels_the_context_without_any_error);
    tcase_add_test(tests, no_more_than_the_limit_are_active_at_a_time);
    tcase_add_test(tests, try_go_tells_when_the_limit_is_reached);
    tcase_add_test(tests, exit_counts_as_zero);
    tcase_add_test(tests, goroutines_of_the_group_may_start_others);
    tcase_add_test(tests, threads_of_the_programs_own_use_groups_too);
    Suite *suite = suite_create("errgroup");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
