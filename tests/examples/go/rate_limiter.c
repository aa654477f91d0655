/*
 * Rate limiter: a request waits for the next tick, so five take five ticks. The bursty limiter has
 * saved up three ticks in a buffered channel: three requests go at once, two more at the rate.
 *
 * stdout-only: 5 requests took 5 ticks
 * stdout-only: 3 requests took 0 ticks
 * stdout-only: 2 requests took 2 ticks
 */
#include <racerun/go.h>
#include <stdio.h>

enum { BURST = 3 };

static void serve(int requests, chan(int64_t) limiter)
{
    for (int i = 0; i < requests; i++)
        chan_get(limiter);
}

static void refill(chan(int64_t) bucket, chan(int64_t) ticks)
{
    chan_range(tick, ticks)
        chan_send(bucket, tick);
}

int main(void)
{
    int64_t began = go_now();
    ticker *steady = ticker_new(ms(10));
    serve(5, ticker_chan(steady));
    if (go_now() - began >= 5 * ms(10))
        printf("5 requests took 5 ticks\n");

    chan(int64_t) bucket = chan_make(int64_t, BURST);
    for (int i = 0; i < BURST; i++)
        chan_send(bucket, go_now());
    serve(BURST, bucket);
    printf("%d requests took 0 ticks\n", BURST);

    began = go_now();
    ticker *bursty = ticker_new(ms(10));
    go(refill, bucket, ticker_chan(bursty));
    serve(2, bucket);
    if (go_now() - began >= 2 * ms(10))
        printf("2 requests took 2 ticks\n");
    return 0;
}
