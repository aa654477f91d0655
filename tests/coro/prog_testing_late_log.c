/*
 * Who logs for a test that has completed panics; for a subtest that has, its parent speaks.
 * exit: 2
 * arguments: -v -leaks off
 * stdout-like: ^=== NAME  test_parent_speaks$
 * stdout-like: ^    prog_testing_late_log.c:24: in the parent's name$
 * stdout-like: ^--- PASS: test_parent_speaks
 * stderr: ^panic: Log in goroutine after test_is_over has completed: too late$
 */
#include <racerun/go.h>

static rgo_test *over;
static chan(int) next;

static void sub(rgo_test *t)
{
    over = t;
}

static void test_parent_speaks(rgo_test *t)
{
    test_run(t, "sub", sub);
    test_logf(t, "now");
    test_logf(over, "in the parent's name");
}

static void speaker(rgo_test *t)
{
    chan_get(next);
    test_logf(t, "too late");
}

static void test_is_over(rgo_test *t)
{
    next = chan_make(int);
    go(speaker, t);
}

static void test_asks(rgo_test *t)
{
    (void)t;
    chan_send(next, 1);
    chan_get(next);
}

RGO_TESTING_MAIN(test_parent_speaks, test_is_over, test_asks)
