/* G4, G11: nor when the receiver waits for the first send, which is handed through the slot. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void first(void)
{
    await_receiver(values);
    g_x = 1;
    chan_send(values, 1);
    reach(1);
}

static void receiver(void)
{
    chan_get(values);
}

static void second(void)
{
    await(1);
    chan_send(values, 2);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run3(first, receiver, second);
    chan_free(values);
    return 0;
}
