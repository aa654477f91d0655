/*
 * Main parks for ever, pinned as it is, and so does another: reported, however many workers
 * there are.
 * exit: 2
 * stdout-only: waiting
 * stderr: ^fatal error: all goroutines are asleep - deadlock!
 */
#include <racerun/go.h>
#include <stdio.h>

static void both_wait(chan(int) c)
{
    chan_get(c);
}

int main(void)
{
    chan(int) c = chan_make(int, 0);
    for (int i = 0; i < 100; i++)
        go(both_wait, c);
    go_yield();
    puts("waiting");
    fflush(stdout);
    chan_get(c);
}
