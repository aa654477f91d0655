/*
 * A ticker sends the time again and again until it is stopped. The loop that counts its ticks waits
 * for the end in the same select, so it needs no lock and no flag.
 *
 * stdout-only: tick 1
 * stdout-only: tick 2
 * stdout-only: tick 3
 * stdout-only: stopped
 */
#include <racerun/go.h>
#include <stdio.h>

static void count(ticker *t, chan(bool) stop, chan(int) ticks)
{
    int n = 0;
    chan_select_forever {
        on_recv(ticker_chan(t))
            chan_send(ticks, ++n);
        on_recv(stop)
            break;
    }
    chan_close(ticks);
}

int main(void)
{
    ticker *t = ticker_new(ms(5));
    chan(bool) stop = chan_make(bool);
    chan(int) ticks = chan_make(int);

    go(count, t, stop, ticks);
    for (int i = 0; i < 3; i++)
        printf("tick %d\n", chan_get(ticks));

    chan_close(stop);
    while (chan_recv(ticks, NULL)) { /* until it has ended */
    }
    ticker_free(t);
    chan_free(stop);
    chan_free(ticks);
    printf("stopped\n");
    return 0;
}
