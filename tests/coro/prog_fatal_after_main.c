/*
 * A handler that runs at exit, after main has returned, may use channels: the others still run.
 * stdout-only: main returns
 * stdout-only: at exit: 42
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>

static void answer(chan(int) c)
{
    chan_send(c, 42);
}

static void at_exit(void)
{
    chan(int) c = chan_make(int);
    go(answer, c);
    printf("at exit: %d\n", chan_get(c));
}

int main(void)
{
    atexit(at_exit);
    puts("main returns");
    return 0;
}
