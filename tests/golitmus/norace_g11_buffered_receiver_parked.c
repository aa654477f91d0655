/* G11: a receiver that waited at an empty buffer is ordered after the send that wakes it. */
#include "channel.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    await_receiver(values);
    g_x = 1;
    chan_send(values, 7);
}

static void receiver(void)
{
    must(chan_get(values) == 7);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
