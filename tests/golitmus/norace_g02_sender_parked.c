/* G2, G11: the sender waits already. */
#include "channel.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    await_sender(values);
    g_x = 1;
    chan_get(values);
}

static void sender(void)
{
    chan_send(values, 7);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int);
    run2(receiver, sender);
    chan_free(values);
    return 0;
}
