/*
 * arguments: -run=nothing
 * stdout-like: ^PASS$
 * stderr: ^testing: warning: no tests to run$
 */
#include <racerun/go.h>

static void test_a(rgo_test *t)
{
    test_fail(t);
}

RGO_TESTING_MAIN(test_a)
