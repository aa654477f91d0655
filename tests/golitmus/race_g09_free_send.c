/* G9: freeing a channel that somebody has sent to, with nothing in between: another time it is gone then. */
// expect-frame: sender
// expect-frame: freer
// expect-count: 1
#include "golitmus.h"

static chan(int) values;

static void sender(void)
{
    must(chan_try_send(values, 1));
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
    run2(sender, freer);
    return 0;
}
