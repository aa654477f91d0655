/* G4, G11: two senders wait; each is ordered after the receive that made room for it. */
#include "channel.h"

int g_x, g_y;
static chan(int) values;

static void third_sender(void)
{
    chan_send(values, 3);
    must(g_x == 1);
}

static void fourth_sender(void)
{
    await_sender(values);
    chan_send(values, 4);
    must(g_y == 1);
}

static void receiver(void)
{
    await_senders(values, 2);
    g_x = 1;
    must(chan_get(values) == 1);
    g_y = 1;
    must(chan_get(values) == 2);
}

int main(void)
{
    values = chan_make(int, 2);
    chan_send(values, 1);
    chan_send(values, 2);
    run3(third_sender, fourth_sender, receiver);
    chan_free(values);
    return 0;
}
