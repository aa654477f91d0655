/* G7: a send by select and a close. */
// expect-frame: sender
// expect-frame: closer
// expect-count: 1
#include "golitmus.h"

static chan(int) values;
static chan(int) never;

static void sender(void)
{
    chan_select {
        on_send(values, 1) reach(1);
        on_recv(never) must(false);
    }
}

static void closer(void)
{
    await(1);
    chan_close(values);
}

int main(void)
{
    values = chan_make(int, 1);
    never = chan_make(int);
    run2(sender, closer);
    chan_free(values);
    chan_free(never);
    return 0;
}
