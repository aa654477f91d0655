/* G2: a send by select is ordered after the receive that it meets, whoever came first. */
#include "channel.h"

int g_x, g_y;
static chan(int) early;
static chan(int) late;
static chan(int) never;

static void receiver(void)
{
    g_x = 1;
    chan_get(early);
    await_sender(late);
    g_y = 1;
    chan_get(late);
}

static void sender(void)
{
    await_receiver(early);
    chan_select {
        on_send(early, 1) must(g_x == 1);
        on_recv(never) must(false);
    }
    chan_select {
        on_send(late, 2) must(g_y == 1);
        on_recv(never) must(false);
    }
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
