/* G4, G11: two receivers wait at a buffer of two; each is ordered after its own send. */
#include "channel.h"

int g_x, g_y;
static chan(int) values;

static void first(void)
{
    must(chan_get(values) == 1);
    must(g_x == 1);
}

static void second(void)
{
    await_receiver(values);
    must(chan_get(values) == 2);
    must(g_y == 1);
}

static void sender(void)
{
    await_receivers(values, 2);
    g_x = 1;
    chan_send(values, 1);
    g_y = 1;
    chan_send(values, 2);
}

int main(void)
{
    values = chan_make(int, 2);
    run3(first, second, sender);
    chan_free(values);
    return 0;
}
