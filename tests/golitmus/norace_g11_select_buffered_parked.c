/* G11: a select that waits at an empty and a full buffer, and is woken through each. */
#include "channel.h"

int g_x, g_y;
static chan(int) empty;
static chan(int) full;

static void selector(void)
{
    for (int i = 0; i < 2; i++)
        chan_select {
            on_recv(empty) must(g_x == 1);
            on_send(full, 2) must(g_y == 1);
        }
}

static void peer(void)
{
    await_receiver(empty);
    g_x = 1;
    chan_send(empty, 7);
    reach(1);
    await_sender(full);
    g_y = 1;
    must(chan_get(full) == 1);
}

int main(void)
{
    empty = chan_make(int, 1);
    full = chan_make(int, 1);
    chan_send(full, 1);
    run2(selector, peer);
    chan_free(empty);
    chan_free(full);
    return 0;
}
