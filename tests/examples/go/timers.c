/*
 * Timers: one fires and is received, one is stopped in time, and one runs a function in a
 * goroutine of its own (AfterFunc).
 *
 * stdout-only: timer 1 fired
 * stdout-only: timer 2 stopped
 * stdout-only: the function ran
 * stdout-only: timer 2 never fired
 */
#include <racerun/go.h>
#include <stdio.h>

static void ring(void *done)
{
    printf("the function ran\n");
    chan_send((chan(bool))done, true);
}

int main(void)
{
    chan(bool) done = chan_make(bool);

    timer *first = timer_new(ms(5));
    chan_get(timer_chan(first));
    printf("timer 1 fired\n");

    timer *second = timer_new(seconds(60));
    if (timer_stop(second))
        printf("timer 2 stopped\n");

    timer *third = time_after_func(ms(5), ring, done);
    chan_get(done);

    if (!chan_try_recv(timer_chan(second), NULL))
        printf("timer 2 never fired\n");
    timer_free(first);
    timer_free(second);
    timer_free(third);
    return 0;
}
