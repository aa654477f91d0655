/*
 * The child of a fork has a monitor of its own, which preempts.
 * stdout-only: the child was preempted
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static _Atomic bool stop;

static void stops(void)
{
    stop = true;
}

static void computes_until_stopped(void)
{
    stop = false;
    go(stops);
    while (!stop)
        go_preempt_point();
}

int main(void)
{
    computes_until_stopped(); /* the parent's monitor runs */
    pid_t pid = fork();
    if (!pid) {
        computes_until_stopped();
        puts("the child was preempted");
        exit(0);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    return status ? 1 : 0;
}
