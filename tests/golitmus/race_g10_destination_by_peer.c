/* G10: the receiver writes its destination also when it waits and the sender copies. */
// expect-location: g_x
// expect-frame: receiver
// expect-frame: reader
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
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run3(receiver, sender, reader);
    chan_free(values);
    return 0;
}
