/*
 * Two goroutines that wait for each other: nobody can go on, and the runtime says who waits for
 * what, since where, and ends the program with code 2, as Go does.
 *
 * exit: 2
 * stdout-only: before
 * stderr: ^fatal error: all goroutines are asleep - deadlock!$
 * stderr: ^goroutine 1 .*\[chan receive
 * stderr: ^goroutine [0-9]+ .*\[chan receive
 * stderr: deadlock\.c
 */
#include <racerun/go.h>
#include <stdio.h>

static void wait_for(chan(int) first, chan(int) then)
{
    int value = chan_get(first);
    chan_send(then, value);
}

int main(void)
{
    chan(int) a = chan_make(int), b = chan_make(int);

    printf("before\n");
    fflush(stdout);
    go(wait_for, a, b);
    wait_for(b, a);
    printf("never reached\n");
    return 0;
}
