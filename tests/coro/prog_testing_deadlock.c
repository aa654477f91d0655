/*
 * A test that waits for ever is a deadlock at once, timeout or not.
 * exit: 2
 * stderr: ^fatal error: all goroutines are asleep - deadlock!$
 * stderr: ^goroutine [0-9]+ "test_waits" \[chan receive\]:$
 */
#include <racerun/go.h>

static void test_waits(rgo_test *t)
{
    (void)t;
    chan_get(chan_make(int));
}

RGO_TESTING_MAIN(test_waits)
