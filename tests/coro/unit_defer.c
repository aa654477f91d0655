/* Deferred calls, as far as a program that goes on can see them. */
#include <check.h>
#include <pthread.h>
#include <racerun/go.h>
#include <stdlib.h>
#include <string.h>

static char trail[256];

static void mark(const char *what)
{
    strncat(trail, what, sizeof trail - strlen(trail) - 1);
}

START_TEST(blocks_run_theirs_in_reverse)
{
    trail[0] = 0;
    defer(mark, "never seen here");
    {
        defer(mark, "1");
        defer(mark, "2");
        mark("0");
    }
    ck_assert_str_eq(trail, "021");
    for (int i = 0; i < 3; i++) {
        defer(mark, "x");
        if (i == 1)
            continue;
        mark("-");
    }
    ck_assert_str_eq(trail, "021-xx-x");
}
END_TEST

static void nested_inner(void)
{
    defer(mark, "d");
    mark("c");
}

static void nested(void)
{
    defer(mark, "b");
    mark("a");
}

START_TEST(deferred_functions_may_defer)
{
    trail[0] = 0;
    {
        defer(nested_inner);
        defer(nested);
    }
    ck_assert_str_eq(trail, "abcd");
}
END_TEST

static _Atomic int finished;

static void finish(void)
{
    finished++;
}

static void yields(const char *what)
{
    for (int i = 0; i < 10; i++)
        go_yield();
    mark(what);
}

static void exits_deep(int depth)
{
    defer(yields, depth % 2 ? "o" : "e");
    if (depth)
        exits_deep(depth - 1);
    if (depth <= 0)
        go_exit();
}

static void exits(void)
{
    defer(finish);
    exits_deep(4);
}

START_TEST(exit_runs_all_and_they_may_wait)
{
    trail[0] = 0;
    finished = 0;
    go(exits);
    while (!finished)
        go_yield();
    ck_assert_str_eq(trail, "eoeoe");
}
END_TEST

static void exits_again(void)
{
    mark("2");
    go_exit();
}

static void panics_in_exit(void)
{
    mark("3");
    go_panic("in an exit");
}

static void recovers(void)
{
    ck_assert_ptr_nonnull(go_recover());
    mark("4");
}

static void recovers_nothing(void)
{
    ck_assert_ptr_null(go_recover());
    mark("5");
}

static void exits_with_trouble(void)
{
    defer(finish);
    go_attempt {
        defer(recovers_nothing);
        defer(recovers);
        defer(panics_in_exit);
        defer(exits_again);
        defer(mark, "1");
        go_exit();
    } go_rescue(p) {
        mark("rescued");
    }
    mark("went on");
}

START_TEST(an_exit_survives_panics_and_exits_in_it)
{
    trail[0] = 0;
    finished = 0;
    go(exits_with_trouble);
    while (!finished)
        go_yield();
    ck_assert_str_eq(trail, "12345");
}
END_TEST

static void *thread(void *unused)
{
    defer(mark, "thread 2");
    {
        defer(mark, "thread 1, ");
    }
    go_exit();
    return unused;
}

START_TEST(threads_of_the_program_defer_and_exit)
{
    pthread_t made;
    trail[0] = 0;
    pthread_create(&made, NULL, thread, NULL);
    pthread_join(made, NULL);
    ck_assert_str_eq(trail, "thread 1, thread 2");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("defer");
    TCase *tests = tcase_create("defer");
    tcase_add_test(tests, blocks_run_theirs_in_reverse);
    tcase_add_test(tests, deferred_functions_may_defer);
    tcase_add_test(tests, exit_runs_all_and_they_may_wait);
    tcase_add_test(tests, an_exit_survives_panics_and_exits_in_it);
    tcase_add_test(tests, threads_of_the_program_defer_and_exit);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
