/* G7: a send that does not wait, and finds no room, and a close. */
// expect-frame: sender
// expect-frame: closer
// expect-count: 1
#include "golitmus.h"

static chan(int) values;

static void sender(void)
{
    must(!chan_try_send(values, 1));
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
    run2(sender, closer);
    chan_free(values);
    return 0;
}
