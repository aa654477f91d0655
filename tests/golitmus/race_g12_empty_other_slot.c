/* G12, G4: elements without size have slots of their own, too. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

struct nothing {};

int g_x;
static chan(struct nothing) signals;

static void first(void)
{
    g_x = 1;
    chan_send(signals, (struct nothing){});
    reach(1);
}

static void second(void)
{
    await(1);
    chan_send(signals, (struct nothing){});
    chan_recv(signals, NULL);
    reach(2);
}

static void receiver(void)
{
    await(2);
    chan_recv(signals, NULL);
    use(g_x);
}

int main(void)
{
    signals = chan_make(struct nothing, 2);
    run3(first, second, receiver);
    chan_free(signals);
    return 0;
}
