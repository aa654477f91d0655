/* G3, G11: the same when send 3 has to wait for it. */
#include "channel.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    await_sender(values);
    g_x = 1;
    must(chan_get(values) == 1);
}

static void sender(void)
{
    chan_send(values, 1);
    chan_send(values, 2);
    chan_send(values, 3);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
