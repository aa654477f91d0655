/*
 * What -v shows, of a program whose tests pass.
 * arguments: -v -run ^test_(logs|subtests|skips|pauses)$
 * stdout-like: ^=== RUN   test_logs$
 * stdout-like: ^    prog_testing_verbose.c:33: hello 7$
 * stdout-like: ^--- PASS: test_logs \([0-9.]+s\)$
 * stdout-like: ^=== RUN   test_subtests$
 * stdout-like: ^=== RUN   test_subtests/one$
 * stdout-like: ^    prog_testing_verbose.c:33: hello 7$
 * stdout-like: ^=== RUN   test_subtests/one#01$
 * stdout-like: ^=== RUN   test_subtests/#00$
 * stdout-like: ^=== NAME  test_subtests$
 * stdout-like: ^    prog_testing_verbose.c:43: three of them$
 * stdout-like: ^--- PASS: test_subtests \([0-9.]+s\)$
 * stdout-like: ^    --- PASS: test_subtests/one \([0-9.]+s\)$
 * stdout-like: ^    --- PASS: test_subtests/one#01 \([0-9.]+s\)$
 * stdout-like: ^    --- PASS: test_subtests/#00 \([0-9.]+s\)$
 * stdout-like: ^=== RUN   test_skips$
 * stdout-like: ^    prog_testing_verbose.c:48: not today$
 * stdout-like: ^--- SKIP: test_skips \([0-9.]+s\)$
 * stdout-like: ^=== RUN   test_pauses$
 * stdout-like: ^=== PAUSE test_pauses$
 * stdout-like: ^=== CONT  test_pauses$
 * stdout-like: ^--- PASS: test_pauses \([0-9.]+s\)$
 * stdout-like: ^PASS$
 * stdout-like: ^ok  	.*prog_testing_verbose	[0-9.]+s$
 * stderr-not: .
 */
#include <racerun/go.h>

static void test_logs(rgo_test *t)
{
    test_logf(t, "hello %d", 7);
}

static void test_subtests(rgo_test *t)
{
    /* Subtests of one name, and of none. */
    bool all = test_run(t, "one", test_logs);
    all &= test_run(t, "one", test_logs);
    all &= test_run(t, "", test_logs);
    if (all)
        test_logf(t, "three of them");
}

static void test_skips(rgo_test *t)
{
    test_skipf(t, "not today");
}

static void test_pauses(rgo_test *t)
{
    test_parallel(t);
}

static void test_is_left_out(rgo_test *t)
{
    test_fail(t);
}

RGO_TESTING_MAIN(test_logs, test_subtests, test_skips, test_pauses, test_is_left_out)
