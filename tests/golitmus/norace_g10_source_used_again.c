/* G10: after its send the sender may change what it sent: it was copied in the sender's own
 * order, whoever copied it. */
#include "channel.h"

int g_x;
static chan(int) values;
static chan(int) buffered;

static void sender(void)
{
    g_x = 1;
    rgo_chan_send_(RGO_UNTYPED_(values), &g_x);
    g_x = 2;
    rgo_chan_send_(RGO_UNTYPED_(values), &g_x);
    g_x = 3;
    rgo_chan_send_(RGO_UNTYPED_(buffered), &g_x);
    g_x = 4;
    reach(1);
}

static void receiver(void)
{
    await_sender(values);
    must(chan_get(values) == 1);
    must(chan_get(values) == 2);
    await(1);
    must(chan_get(buffered) == 3);
}

int main(void)
{
    values = chan_make(int);
    buffered = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    chan_free(buffered);
    return 0;
}
