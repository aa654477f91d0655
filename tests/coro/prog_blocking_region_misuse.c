/*
 * Using the runtime inside a blocking region is a panic that can be recovered, back on a worker.
 * exit: 2
 * stdout: in the region
 * stderr: panic: the runtime is used inside a go_blocking region
 * stderr-not: not reached
 */
#include <racerun/go.h>
#include <stdio.h>

static void misuse(void)
{
    go_blocking_begin();
    puts("in the region");
    fflush(stdout);
    (void)go_id();
    fputs("not reached\n", stderr);
}

int main(void)
{
    chan(int) never = chan_make(int, 0);
    go(misuse);
    (void)chan_get(never);
    return 0;
}
