/* G7: and so is a send that was not. */
// expect-frame: sender
// expect-frame: closer
// expect-count: 1
#include "golitmus.h"

static chan(int) values;

static void sender(void)
{
    await(1);
    go_attempt {
        chan_send(values, 1);
    }
    go_rescue(p) {}
}

static void closer(void)
{
    chan_close(values);
    reach(1);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, closer);
    chan_free(values);
    return 0;
}
