/*
 * Pending timers are no deadlock, and main's return does not wait for them.
 * stdout-only: woken
 */
#include <racerun/go.h>
#include <stdio.h>

static void sleep_for_ever(void)
{
    go_sleep(minutes(100));
    puts("too late");
}

int main(void)
{
    chan(int) nothing = chan_make(int);
    for (int i = 0; i < 1000; i++)
        go(sleep_for_ever);
    chan(int64_t) later = time_after(ms(3));
    chan_select
    {
        on_recv(nothing)
            puts("received");
        on_recv(later)
            puts("woken");
    }
    chan_free(later);
    return 0;
}
