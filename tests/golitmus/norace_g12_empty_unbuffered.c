/* G12: elements without size order as others do. */
#include "golitmus.h"

struct nothing {};

int g_x, g_y;
static chan(struct nothing) signal;

static void sender(void)
{
    g_x = 1;
    chan_send(signal, (struct nothing){});
    must(g_y == 1);
}

static void receiver(void)
{
    g_y = 1;
    chan_recv(signal, NULL);
    must(g_x == 1);
}

int main(void)
{
    signal = chan_make(struct nothing);
    run2(sender, receiver);
    chan_free(signal);
    return 0;
}
