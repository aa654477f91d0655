/* G10: with a buffer the sender is not ordered after the receive that its own send completes. */
// expect-location: g_x
// expect-frame: receiver
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    chan_recv(values, &g_x);
}

static void sender(void)
{
    await_receiver(values);
    chan_send(values, 1);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(receiver, sender);
    chan_free(values);
    return 0;
}
