/* G11: a select that sends wakes a receiver. */
#include "channel.h"

int g_x, g_y;
static chan(int) values;
static chan(int) never;

static void receiver(void)
{
    g_y = 1;
    must(chan_get(values) == 7);
    must(g_x == 1);
}

static void selector(void)
{
    await_receiver(values);
    g_x = 1;
    chan_select {
        on_send(values, 7) must(g_y == 1);
        on_recv(never) must(false);
    }
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run2(receiver, selector);
    chan_free(values);
    chan_free(never);
    return 0;
}
