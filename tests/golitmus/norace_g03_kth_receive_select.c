/* G3, G13: the same when send 3 is a select that waits. */
#include "channel.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void receiver(void)
{
    await_sender(values);
    g_x = 1;
    must(chan_get(values) == 1);
}

static void sender(void)
{
    chan_send(values, 1);
    chan_send(values, 2);
    chan_select {
        on_recv(never) must(false);
        on_send(values, 3) must(g_x == 1);
    }
}

int main(void)
{
    values = chan_make(int, 2);
    never = chan_make(int);
    run2(sender, receiver);
    chan_free(values);
    chan_free(never);
    return 0;
}
