/* G2: a receive by select is ordered before the completion of the send that it meets. */
#include "channel.h"

int g_x, g_y;
static chan(int) early;
static chan(int) late;
static chan(int) never;

static void receiver(void)
{
    g_x = 1;
    chan_select {
        on_recv(early) {}
        on_recv(never) must(false);
    }
    await_sender(late);
    g_y = 1;
    chan_select {
        on_recv(late) {}
        on_recv(never) must(false);
    }
}

static void sender(void)
{
    await_receiver(early);
    chan_send(early, 1);
    must(g_x == 1);
    chan_send(late, 2);
    must(g_y == 1);
}

int main(void)
{
    early = chan_make(int);
    late = chan_make(int);
    never = chan_make(int);
    run2(receiver, sender);
    chan_free(early);
    chan_free(late);
    chan_free(never);
    return 0;
}
