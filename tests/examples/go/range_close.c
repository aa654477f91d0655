/*
 * The sender closes the channel when there is nothing more to send; chan_range ends when it is
 * closed and empty. From then on a receive gives zero and says so.
 *
 * stdout-only: 0 1 1 2 3 5 8 13 21 34
 * stdout-only: after close: 0, false
 */
#include <racerun/go.h>
#include <stdio.h>

static void fibonacci(int n, chan(int) c)
{
    int x = 0, y = 1;
    for (int i = 0; i < n; i++) {
        chan_send(c, x);
        int sum = x + y;
        x = y;
        y = sum;
    }
    chan_close(c);
}

int main(void)
{
    chan(int) c = chan_make(int, 4);

    go(fibonacci, 10, c);
    chan_range(v, c)
        printf(v < 34 ? "%d " : "%d\n", v);

    int v = 1;
    bool ok = chan_recv(c, &v);
    printf("after close: %d, %s\n", v, ok ? "true" : "false");
    chan_free(c);
    return 0;
}
