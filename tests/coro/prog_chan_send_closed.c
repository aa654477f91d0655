/*
 * Sending on a closed channel ends the program, in Go's words.
 * exit: 2
 * stdout-only: before
 * stderr: ^panic: send on closed channel
 */
#include <racerun/go.h>
#include <stdio.h>

int main(void)
{
    chan(int) c = chan_make(int, 1);
    chan_close(c);
    printf("before\n");
    fflush(stdout);
    chan_send(c, 1);
    printf("after\n");
    return 0;
}
