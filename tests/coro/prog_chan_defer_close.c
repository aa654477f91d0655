/*
 * defer(chan_close, c) and go(chan_close, c), as in Go.
 * stdout-only: 1
 * stdout-only: 2
 * stdout-only: closed
 * stdout-only: closed again
 */
#include <racerun/go.h>
#include <stdio.h>

static void produce(chan(int) c)
{
    defer(chan_close, c);
    chan_send(c, 1);
    chan_send(c, 2);
}

int main(void)
{
    chan(int) c = chan_make(int);
    go(produce, c);
    chan_range(v, c) printf("%d\n", v);
    puts("closed");
    chan_free(c);
    chan(const char *) d = chan_make(const char *);
    go(chan_close, d);
    if (!chan_get(d))
        puts("closed again");
    defer(chan_free, d);
    return 0;
}
