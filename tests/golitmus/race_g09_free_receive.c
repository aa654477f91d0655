/* G9: the same after a receive, which the receiver tells nobody. */
// expect-frame: receiver
// expect-frame: freer
// expect-count: 1
#include "golitmus.h"

static chan(int) values;

static void receiver(void)
{
    int value;
    must(chan_recv(values, &value));
    reach(1);
}

static void freer(void)
{
    await(1);
    chan_free(values);
}

int main(void)
{
    values = chan_make(int, 1);
    chan_send(values, 1);
    run2(receiver, freer);
    return 0;
}
