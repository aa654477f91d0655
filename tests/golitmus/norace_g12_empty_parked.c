/* G12, G11: and they order those who waited. */
#include "channel.h"

struct nothing {};

int g_x;
static chan(struct nothing) signals;

static void sender(void)
{
    await_receiver(signals);
    g_x = 1;
    chan_send(signals, (struct nothing){});
}

static void receiver(void)
{
    chan_recv(signals, NULL);
    must(g_x == 1);
}

int main(void)
{
    signals = chan_make(struct nothing, 2);
    run2(sender, receiver);
    chan_free(signals);
    return 0;
}
