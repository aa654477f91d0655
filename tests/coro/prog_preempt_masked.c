/*
 * A program whose main has blocked signals before it starts goroutines is preempted like any other; who
 * blocks them for a while is not preempted meanwhile.
 * stdout-only: preempted
 * stdout-only: not while they are blocked
 */
#include <racerun/go.h>
#include <signal.h>
#include <stdio.h>

static _Atomic bool stop, ran, blocked;

static void computes(void)
{
    while (!stop)
        go_preempt_point();
}

static void notes(void)
{
    ran = true;
}

/* One of the others is preempted, wherever they are. */
static void stops(int count, chan(int) done)
{
    stop = false;
    for (int i = 0; i < count; i++)
        go(computes);
    go_yield();
    stop = true;
    chan_send(done, 1);
}

static void set(int how, int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(how, &set, NULL);
}

static void blocks(chan(int) done)
{
    set(SIG_BLOCK, SIGUSR2);
    ran = false;
    go(notes);
    int64_t end = rgo_now() + ms(60);
    while (rgo_now() < end)
        go_preempt_point();
    blocked = ran;
    set(SIG_UNBLOCK, SIGUSR2);
    chan_send(done, 1);
}

int main(void)
{
    chan(int) done = chan_make(int, 1);
    set(SIG_BLOCK, SIGUSR1);
    go(stops, 8, done);
    chan_get(done);
    puts("preempted");
    go(blocks, done);
    chan_get(done);
    puts(blocked && go_procs() == 1 ? "preempted while they are blocked"
                                    : "not while they are blocked");
    return 0;
}
