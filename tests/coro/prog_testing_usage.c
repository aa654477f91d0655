/*
 * exit: 2
 * arguments: -count many
 * stderr: ^invalid value "many" for flag -count$
 * stderr: ^usage: .*-run P.*-timeout D
 */
#include <racerun/go.h>

static void test_a(rgo_test *t)
{
    test_fail(t);
}

RGO_TESTING_MAIN(test_a)
