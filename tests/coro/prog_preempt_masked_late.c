/*
 * A main that blocks signals for good after it has started goroutines, while its thread never rests:
 * who computes there is preempted all the same.
 * procs: 1
 * stdout-only: preempted
 */
#include <racerun/go.h>
#include <signal.h>
#include <stdio.h>

static _Atomic bool stop;

static void stops(chan(int) done)
{
    stop = true;
    chan_send(done, 1);
}

static void computes(chan(int) done)
{
    go(stops, done); /* comes when this one is preempted */
    while (!stop)
        go_preempt_point();
}

int main(void)
{
    chan(int) done = chan_make(int, 1);
    sigset_t set;
    go(computes, done);
    go_preempt_point();
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    chan_get(done);
    puts("preempted");
    return 0;
}
