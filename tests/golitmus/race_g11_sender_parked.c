/* G11, G2: a sender that waited at a full buffer is not ordered after the receive of its own
 * element. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    chan_send(values, 2);
    await(1);
    use(g_x);
}

static void receiver(void)
{
    await_sender(values);
    must(chan_get(values) == 1);
    g_x = 1;
    must(chan_get(values) == 2);
    reach(1);
}

int main(void)
{
    values = chan_make(int, 1);
    chan_send(values, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
