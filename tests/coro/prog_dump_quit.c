/*
 * SIGQUIT: the states and stacks of all, exit code 2; here sent while its goroutine computes.
 * exit: 2
 * stderr: ^SIGQUIT: quit$
 * stderr: ^goroutine 1 \[chan receive\]:$
 * stderr: ^goroutine [0-9]+ "sender" \[running\]:$
 * stderr: ^sends_it\(\)$
 * stderr: ^goroutine [0-9]+ "waiter" \[chan receive\]:$
 * stderr: ^waits\(\)$
 * procs: 1
 */
#include <pthread.h>
#include <racerun/go.h>
#include <signal.h>

static void waits(chan(int) c)
{
    int volatile v = chan_get(c);
    (void)v;
}

static void sends_it(void)
{
    for (int i = 0; i < 1000; i++)
        go_yield(); /* the others wait by now */
    raise(SIGQUIT);
    for (;;)
        ;
}

int main(void)
{
    chan(int) c = chan_make(int);
    go_with(&((go_attr){.name = "waiter"}), waits, c);
    go_with(&((go_attr){.name = "sender"}), sends_it);
    return chan_get(c);
}
