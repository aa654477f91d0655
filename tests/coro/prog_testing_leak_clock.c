/*
 * What waits for the clock keeps a program from being quiet: then patience decides.
 * exit: 1
 * arguments: -patience 50ms
 * stdout-like: ^--- FAIL: test_leaves_ticker
 * stdout-like: testing: 1 goroutine that test_leaves_ticker started is still blocked 0.05s after
 * the end: stdout-like: ^    goroutine [0-9]+ \[chan receive\]:$
 */
#include <racerun/go.h>

static void listen(ticker *clock)
{
    for (;;)
        chan_get(ticker_chan(clock));
}

static void test_leaves_ticker(rgo_test *t)
{
    (void)t;
    go(listen, ticker_new(seconds(1000)));
}

RGO_TESTING_MAIN(test_leaves_ticker)
