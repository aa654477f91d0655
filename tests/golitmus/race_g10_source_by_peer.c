/* G10: the sender reads its element also when it waits and the receiver copies it. */
// expect-location: g_x
// expect-frame: sender
// expect-frame: writer
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    rgo_chan_send_(RGO_UNTYPED_(values), &g_x);
}

static void receiver(void)
{
    await_sender(values);
    chan_get(values);
    reach(1);
}

static void writer(void)
{
    await(1);
    g_x = 1;
}

int main(void)
{
    values = chan_make(int);
    run3(sender, receiver, writer);
    chan_free(values);
    return 0;
}
