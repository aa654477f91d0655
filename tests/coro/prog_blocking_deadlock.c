/*
 * While a blocking call is under way nothing is a deadlock; after it, it is.
 * exit: 2
 * stdout-only: the call is over
 * stderr: all goroutines are asleep - deadlock!
 */
#include <racerun/go.h>
#include <stdio.h>
#include <unistd.h>

static void pause_shortly(void)
{
    usleep(20000);
}

static void worker(chan(int) done)
{
    go_blocking(pause_shortly);
    puts("the call is over");
    fflush(stdout);
    chan_send(done, 1);
}

int main(void)
{
    chan(int) done = chan_make(int, 0);
    go(worker, done);
    (void)chan_get(done);
    (void)chan_get(done);
    return 0;
}
