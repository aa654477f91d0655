/* G7: receiving is not sending: a close may come whenever it likes. */
#include "golitmus.h"

static chan(int) closing;
static chan(int) never;

static void receiver(void)
{
    while (!chan_try_recv(closing, NULL))
        go_yield();
    chan_select {
        on_recv(closing) {}
        on_recv(never) must(false);
    }
}

static void closer(void)
{
    chan_close(closing);
}

int main(void)
{
    closing = chan_make(int);
    never = chan_make(int);
    run2(receiver, closer);
    chan_free(closing);
    chan_free(never);
    return 0;
}
