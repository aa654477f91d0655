/* G14: on entry, so the receiver may write the variable once it has the element. */
#include "channel.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void selector(void)
{
    chan_select {
        on_recv(never) must(false);
        on_send(values, g_x) {}
    }
}

static void receiver(void)
{
    await_sender(values);
    must(chan_get(values) == 0);
    g_x = 1;
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run2(selector, receiver);
    chan_free(values);
    chan_free(never);
    return 0;
}
