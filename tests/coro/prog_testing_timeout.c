/*
 * A test that takes too long, computing or waiting while the clock runs on.
 * exit: 2
 * arguments: -timeout 3s
 * stderr: ^panic: test timed out after 3s$
 * stderr: ^running tests:$
 * stderr: ^	test_waits/sub \([0-9hms.]+\)$
 * stderr: ^goroutine [0-9]+ "test_waits/sub" \[chan receive\]:$
 */
#include <racerun/go.h>

static void sub(rgo_test *t)
{
    (void)t;
    chan_get(time_after(minutes(1000)));
}

static void test_waits(rgo_test *t)
{
    test_run(t, "sub", sub);
}

RGO_TESTING_MAIN(test_waits)
