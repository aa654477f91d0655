/*
 * Whoever has sent to a select may free the other channels of that select, though its goroutine has
 * not run since.
 * stdout-only: freed
 */
#include <racerun/go.h>
#include <stdio.h>

static void wait_two(chan(int) a, chan(int) b, chan(int) done)
{
    int v;
    chan_select
    {
        on_recv(a, &v) { }
        on_recv(b, &v) { }
    }
    chan_send(done, v);
}

int main(void)
{
    for (int i = 0; i < 1000; i++) {
        chan(int) a = chan_make(int), b = chan_make(int), done = chan_make(int, 1);
        go(wait_two, a, b, done);
        chan_send(b, i);
        chan_free(a);
        if (chan_get(done) != i)
            return 1;
        chan_free(b);
        chan_free(done);
    }
    puts("freed");
    return 0;
}
