/*
 * -list runs nothing.
 * arguments: -list ^test_b
 * stdout-only: test_b
 * stdout-only: test_bb
 * stderr-not: .
 */
#include <racerun/go.h>

static void test_a(rgo_test *t)
{
    test_fail(t);
}
static void test_b(rgo_test *t)
{
    test_fail(t);
}
static void test_bb(rgo_test *t)
{
    test_fail(t);
}

RGO_TESTING_MAIN(test_a, test_b, test_bb)
