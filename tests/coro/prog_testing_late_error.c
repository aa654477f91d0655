/*
 * Failing after the end, when even the parent has ended: a panic.
 * exit: 2
 * arguments: -count 2
 * stderr: ^panic: Fail in goroutine after test_is_over has completed$
 */
#include <racerun/go.h>

static void test_is_over(rgo_test *t)
{
    static rgo_test *before;
    if (before)
        test_fail(before);
    before = t;
}

RGO_TESTING_MAIN(test_is_over)
