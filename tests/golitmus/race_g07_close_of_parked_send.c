/* G7: a close while a sender waits, which panics by that: one finding. */
// expect-frame: sender
// expect-frame: closer
// expect-count: 1
#include "channel.h"

static chan(int) values;

static void sender(void)
{
    chan_send(values, 1);
}

static void closer(void)
{
    await_sender(values);
    chan_close(values);
}

int main(void)
{
    values = chan_make(int);
    run2(sender, closer);
    return 0;
}
