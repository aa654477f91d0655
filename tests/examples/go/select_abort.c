/*
 * Select with a time-out: a rocket counts down and lifts off unless somebody aborts within the
 * last step. The first launch is let go; the second is aborted.
 *
 * stdout-only: 3 2 1 lift-off!
 * stdout-only: 3 2 1 aborted!
 */
#include <racerun/go.h>
#include <stdio.h>

static void launch(chan(bool) abort_button, int64_t patience)
{
    for (int i = 3; i > 0; i--)
        printf("%d ", i);
    chan_select {
        on_recv(abort_button)
            printf("aborted!\n");
        on_timeout(patience)
            printf("lift-off!\n");
    }
}

static void press(chan(bool) abort_button)
{
    chan_send(abort_button, true);
}

int main(void)
{
    chan(bool) abort_button = chan_make(bool);

    launch(abort_button, ms(10));
    go(press, abort_button);
    launch(abort_button, seconds(60)); /* who presses too late finds the button still there */
    return 0;
}
