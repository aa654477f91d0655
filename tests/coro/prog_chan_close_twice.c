/*
 * Closing a channel twice ends the program, in Go's words.
 * exit: 2
 * stderr: ^panic: close of closed channel
 */
#include <racerun/go.h>

int main(void)
{
    chan(int) c = chan_make(int);
    chan_close(c);
    chan_close(c);
    return 0;
}
