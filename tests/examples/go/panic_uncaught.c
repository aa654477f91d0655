/*
 * A panic that nobody recovers ends the program with code 2 and a trace, after the deferred calls
 * of its goroutine: here a send on a closed channel.
 *
 * exit: 2
 * stdout-only: deferred
 * stderr: ^panic: send on closed channel$
 * stderr: ^goroutine [0-9]+ .*\[running\]
 */
#include <racerun/go.h>
#include <stdio.h>

static void say(const char *text)
{
    puts(text);
    fflush(stdout);
}

static void late(chan(int) c)
{
    defer(say, "deferred");
    chan_send(c, 1);
}

int main(void)
{
    chan(int) c = chan_make(int, 1), never = chan_make(int);

    chan_close(c);
    go(late, c);
    chan_get(never);
    return 0;
}
