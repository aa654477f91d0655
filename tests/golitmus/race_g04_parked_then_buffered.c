/* G4, G11: an element that was handed over moves the ring on: with room for two, send 2 is
 * not ordered after the receive of element 1, which waited. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    g_x = 1;
    chan_get(values);
}

static void first(void)
{
    await_receiver(values);
    chan_send(values, 1);
    reach(1);
}

static void second(void)
{
    await(1);
    chan_send(values, 2);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 2);
    run3(receiver, first, second);
    chan_free(values);
    return 0;
}
