/* G11: a select with a timeout that was not needed. */
#include "channel.h"

int g_x;
static chan(int) values;

static void selector(void)
{
    chan_select {
        on_recv(values) must(g_x == 1);
        on_timeout(minutes(10)) must(false);
    }
}

static void sender(void)
{
    await_receiver(values);
    g_x = 1;
    chan_send(values, 1);
}

int main(void)
{
    values = chan_make(int);
    run2(selector, sender);
    chan_free(values);
    return 0;
}
