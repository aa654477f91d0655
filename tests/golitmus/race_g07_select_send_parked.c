/* G7, G11: a send by a select that had to wait, and a close by another than its receiver. */
// expect-frame: sender
// expect-frame: closer
// expect-count: 1
#include "channel.h"

static chan(int) values;
static chan(int) never;

static void sender(void)
{
    chan_select {
        on_send(values, 1) {}
        on_recv(never) must(false);
    }
}

static void receiver(void)
{
    await_sender(values);
    chan_get(values);
    reach(1);
}

static void closer(void)
{
    await(1);
    chan_close(values);
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run3(sender, receiver, closer);
    chan_free(values);
    chan_free(never);
    return 0;
}
