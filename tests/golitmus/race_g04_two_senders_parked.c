/* G4, G11: two senders wait at a full buffer of two. Receive 1 makes room for the first
 * alone. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) values;

static void third_sender(void)
{
    chan_send(values, 3);
}

static void fourth_sender(void)
{
    await_sender(values);
    chan_send(values, 4);
    use(g_x);
}

static void first(void)
{
    await_senders(values, 2);
    g_x = 1;
    must(chan_get(values) == 1);
    reach(1);
}

static void second(void)
{
    await(1);
    must(chan_get(values) == 2);
}

static void senders(void)
{
    run2(third_sender, fourth_sender);
}

int main(void)
{
    values = chan_make(int, 2);
    chan_send(values, 1);
    chan_send(values, 2);
    run3(senders, first, second);
    chan_free(values);
    return 0;
}
