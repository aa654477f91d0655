/*
 * Select with receive, send, abort and default, left in all ways.
 * stdout-only: nothing matches
 * stdout-only: sent 7
 * stdout-only: received 42
 * stdout-only: aborted
 * stdout-only: timeout
 */
#include <racerun/go.h>
#include <stdio.h>

static void try_once(chan(int) from, chan(int) to, chan(bool) abort, int b)
{
    int a;
    chan_select
    {
        on_recv(from, &a)
        {
            printf("received %d\n", a);
        }
        on_send(to, b)
        {
            printf("sent %d\n", b);
        }
        on_recv(abort)
        {
            printf("aborted\n");
            return;
        }
        on_default
        {
            printf("nothing matches\n");
        }
    }
}

int main(void)
{
    chan(int) from = chan_make(int, 1), to = chan_make(int, 1);
    chan(bool) abort = chan_make(bool);
    try_once(from, NULL, abort, 7);
    try_once(from, to, abort, 7);
    chan_send(from, 42);
    try_once(from, to, abort, 8);
    chan_close(abort);
    try_once(from, to, abort, 8);
    chan_select
    {
        on_recv(from) printf("received?\n");
        on_timeout(ms(2)) printf("timeout\n");
    }
    return 0;
}
