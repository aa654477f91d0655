/*
 * A failing test program: what Go's would print.
 * exit: 1
 * stdout-like: ^--- FAIL: test_errors \([0-9.]+s\)$
 * stdout-like: ^    prog_testing_report.c:35: 1 [+] 1 = 3$
 * stdout-like: ^        a second line$
 * stdout-like: ^    prog_testing_report.c:36: it goes on$
 * stdout-like: ^--- FAIL: test_ends \([0-9.]+s\)$
 * stdout-like: ^    prog_testing_report.c:47: no more$
 * stdout-like: ^--- FAIL: test_helps \([0-9.]+s\)$
 * stdout-like: ^    prog_testing_report.c:61: 4 is not 5$
 * stdout-like: ^--- FAIL: test_subtests \([0-9.]+s\)$
 * stdout-like: ^    --- FAIL: test_subtests/bad_one \([0-9.]+s\)$
 * stdout-like: ^        prog_testing_report.c:66: below$
 * stdout-like: ^    prog_testing_report.c:79: after the subtests$
 * stdout-like: ^--- FAIL: test_exits \([0-9.]+s\)$
 * stdout-like: ^    the test ended its goroutine by rgo_exit$
 * stdout-like: ^FAIL$
 * stdout-like: ^FAIL	.*prog_testing_report	[0-9.]+s$
 * stderr-not: .
 */
#include <assert.h>
#include <stdlib.h>

#include <racerun/go.h>

/* Nothing of it is printed: it passes, and -v is not given. */
static void test_passes(rgo_test *t)
{
    test_logf(t, "nobody sees this");
}

static void test_errors(rgo_test *t)
{
    test_errorf(t, "%d + %d = %d\na second line", 1, 1, 3);
    test_logf(t, "it goes on");
}

static void note(int *noted)
{
    ++*noted;
}
static int noted;

static void end(rgo_test *t)
{
    test_fatalf(t, "no more");
}

static void test_ends(rgo_test *t)
{
    defer(note, &noted);
    end(t);
    abort();
}

static void test_helps(rgo_test *t);
static __attribute__((noinline)) void must_be_equal(rgo_test *t, int a, int b);
static void test_helps(rgo_test *t)
{
    must_be_equal(t, 4, 5);
    assert(noted == 1); /* the deferred call of the test before */
}
static void bad(rgo_test *t)
{
    test_errorf(t, "below");
}
static void good(rgo_test *t)
{
    test_logf(t, "nobody sees this");
}

static void test_subtests(rgo_test *t)
{
    bool bad_passed = test_run(t, "bad one", bad);
    bool good_passed = test_run(t, "good one", good);
    if (bad_passed || !good_passed)
        abort();
    test_logf(t, "after the subtests");
}

static void test_exits(rgo_test *t)
{
    (void)t;
    go_exit();
}

static void must_be_equal(rgo_test *t, int a, int b)
{
    test_helper(t);
    if (a != b)
        test_errorf(t, "%d is not %d", a, b);
}

RGO_TESTING_MAIN(test_passes, test_errors, test_ends, test_helps, test_subtests, test_exits)
