/*
 * Closing the nil channel ends the program, in Go's words.
 * exit: 2
 * stderr: ^panic: close of nil channel
 */
#include <racerun/go.h>

int main(void)
{
    chan(int) c = NULL;
    chan_close(c);
    return 0;
}
