/*
 * A region has a thread of its own, on which nobody can stay: pinning there is a misuse like any other
 * call, and is told.
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
    go_pin();
    fputs("not reached\n", stderr);
}

int main(void)
{
    chan(int) never = chan_make(int, 0);
    go(misuse);
    (void)chan_get(never);
    return 0;
}
