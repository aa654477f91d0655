/*
 * A frame that is larger than the whole stack, and reaches beyond a page below it, is an overflow like
 * any other, and not somebody else's memory.
 * exit: 2
 * stderr: ^fatal error: stack overflow$
 * stderr: ^goroutine [0-9]+, started with too_deep, has a stack of 64K\.
 */
#include <racerun/go.h>

static void waits(chan(int) c)
{
    chan_recv(c, NULL);
}

static int __attribute__((noinline)) large(int x)
{
    volatile char frame[72 << 10];
    frame[0] = (char)x;
    return frame[0];
}

static void too_deep(chan(int) done)
{
    chan_send(done, large(1) + large(2));
}

int main(void)
{
    chan(int) never = chan_make(int), done = chan_make(int);
    for (int i = 0; i < 10; i++)
        go(waits, never); /* their stacks are beside the other */
    go_yield();
    go(too_deep, done);
    return chan_get(done) == 3 ? 0 : 1;
}
