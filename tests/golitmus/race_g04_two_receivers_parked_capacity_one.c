/* G4, G11: the same with room for one: both elements go through one slot. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void first(void)
{
    chan_get(values);
}

static void second(void)
{
    await_receiver(values);
    int value = chan_get(values);
    use(g_x);
    must(value == 2);
}

static void first_sender(void)
{
    await_receivers(values, 2);
    g_x = 1;
    chan_send(values, 1);
    reach(1);
}

static void second_sender(void)
{
    await(1);
    chan_send(values, 2);
}

static void receivers(void)
{
    run2(first, second);
}

int main(void)
{
    values = chan_make(int, 1);
    run3(receivers, first_sender, second_sender);
    chan_free(values);
    return 0;
}
