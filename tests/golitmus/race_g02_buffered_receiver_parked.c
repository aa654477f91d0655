/* G2, G11: nor when the receiver waits at the empty buffer and is handed the element. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    await_receiver(values);
    chan_send(values, 7);
    use(g_x);
}

static void receiver(void)
{
    g_x = 1;
    chan_get(values);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
