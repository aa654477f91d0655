/*
 * All workers are busy, and yet time is told.
 * exit: 2
 * arguments: -timeout 3s
 * stderr: ^panic: test timed out after 3s$
 * stderr: ^	test_computes \([0-9hms.]+\)$
 */
#include <racerun/go.h>

static void test_computes(rgo_test *t)
{
    (void)t;
    for (volatile int i = 1; i;)
        ;
}

RGO_TESTING_MAIN(test_computes)
