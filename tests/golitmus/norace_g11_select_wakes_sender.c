/* G11: a select that receives wakes a sender. */
#include "channel.h"

int g_x, g_y;
static chan(int) values;
static chan(int) never;

static void sender(void)
{
    g_x = 1;
    chan_send(values, 7);
    must(g_y == 1);
}

static void selector(void)
{
    await_sender(values);
    g_y = 1;
    chan_select {
        on_recv(values) must(g_x == 1);
        on_recv(never) must(false);
    }
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run2(sender, selector);
    chan_free(values);
    chan_free(never);
    return 0;
}
