/* G4, G11: nor when the sender had to wait for the first receive. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void first(void)
{
    await_sender(values);
    g_x = 1;
    must(chan_get(values) == 1);
    reach(1);
}

static void sender(void)
{
    chan_send(values, 2);
}

static void second(void)
{
    await(1);
    must(chan_get(values) == 2);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    chan_send(values, 1);
    run3(first, sender, second);
    chan_free(values);
    return 0;
}
