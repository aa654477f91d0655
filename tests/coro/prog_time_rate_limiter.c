/*
 * A rate limiter by a ticker: five requests are not served faster than the ticks come.
 * stdout-only: 1 2 3 4 5
 * stdout-only: took long enough
 * stdout-only: the timer was stopped
 * stdout-only: called after its time
 */
#include <racerun/go.h>
#include <stdio.h>

struct late {
    int64_t not_before;
    chan(bool) done;
};

static void call(void *raw)
{
    struct late *late = raw;
    chan_send(late->done, go_now() >= late->not_before);
}

int main(void)
{
    chan(int) requests = chan_make(int, 5);
    for (int i = 1; i <= 5; i++)
        chan_send(requests, i);
    chan_close(requests);
    int64_t begin = go_now();
    ticker *limiter = ticker_new(ms(4));
    chan_range(request, requests)
    {
        chan_get(ticker_chan(limiter));
        printf(request == 5 ? "%d\n" : "%d ", request);
    }
    ticker_free(limiter);
    puts(go_now() - begin >= ms(5 * 4) - ms(4) ? "took long enough" : "too fast");

    timer *never = timer_new(minutes(10));
    puts(timer_stop(never) ? "the timer was stopped" : "it fired");
    timer_free(never);

    struct late late = {.not_before = go_now() + ms(2), .done = chan_make(bool)};
    go_after(ms(2), call, &late);
    puts(chan_get(late.done) ? "called after its time" : "called too early");
    chan_free(late.done);
    chan_free(requests);
    return 0;
}
