/*
 * Equal goroutines are told once: a dump of 100,001 is short.
 * exit: 2
 * stderr: ^goroutine 1 \[chan receive\]:$
 * stderr: ^waits\(\)$
 * stderr: ^\.\.\. 99,999 more in the same state and place$
 * env: RGO_STACK=16K
 * procs: 1 2
 */
#include <racerun/go.h>

static void waits(chan(int) c)
{
    int volatile v = chan_get(c);
    (void)v;
}

int main(void)
{
    chan(int) c = chan_make(int);
    for (int i = 0; i < 100000; i++)
        go(waits, c);
    return chan_get(c);
}
