/*
 * pthread_exit in a goroutine would take a worker away, and main with it: that is said.
 * exit: 2
 * stdout-only: runs
 * stderr: ^fatal error: a goroutine ended its thread by pthread_exit: .*go_exit
 * stderr: ^goroutine 1 
 */
#include <pthread.h>
#include <racerun/go.h>
#include <stdio.h>

static void leaves(void)
{
    puts("runs");
    fflush(stdout);
    pthread_exit(NULL);
}

int main(void)
{
    chan(int) never = chan_make(int);
    go(leaves);
    return chan_get(never);
}
