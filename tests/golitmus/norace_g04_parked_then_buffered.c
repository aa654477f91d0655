/* G4, G11: an element that was handed to one who waited moves the ring on as one that was
 * buffered. */
#include "channel.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    must(chan_get(values) == 1);
    await(1);
    g_x = 1;
    must(chan_get(values) == 2);
    reach(2);
}

static void sender(void)
{
    await_receiver(values);
    chan_send(values, 1);
    chan_send(values, 2);
    chan_send(values, 3);
    reach(1);
    await(2);
    chan_send(values, 4);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(receiver, sender);
    chan_free(values);
    return 0;
}
