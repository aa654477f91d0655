/* G7: a send by select that finds the channel closed. */
// expect-frame: sender
// expect-frame: closer
// expect-count: 1
#include "golitmus.h"

static chan(int) values;
static chan(int) never;

static void closer(void)
{
    chan_close(values);
    reach(1);
}

static void sender(void)
{
    await(1);
    go_attempt {
        chan_select {
            on_send(values, 1) must(false);
            on_recv(never) must(false);
        }
    }
    go_rescue(p) {}
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run2(closer, sender);
    chan_free(values);
    chan_free(never);
    return 0;
}
