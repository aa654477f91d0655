/*
 * Only its own goroutine can end a test.
 * exit: 2
 * stderr: ^panic: testing: FailNow of test_delegates called from goroutine [0-9]+, which is not the
 * test's$
 */
#include <racerun/go.h>

static void child(rgo_test *t)
{
    test_fatalf(t, "it is not mine");
}

static void test_delegates(rgo_test *t)
{
    waitgroup wg = {0};
    waitgroup_go(&wg, child, t);
    waitgroup_wait(&wg);
}

RGO_TESTING_MAIN(test_delegates)
