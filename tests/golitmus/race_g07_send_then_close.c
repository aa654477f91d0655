/* G7: a close that is not ordered after a send is a finding, though the send was lucky. */
// expect-frame: sender
// expect-frame: closer
// expect-count: 1
#include "golitmus.h"

static chan(int) values;

static void sender(void)
{
    chan_send(values, 1);
    reach(1);
}

static void closer(void)
{
    await(1);
    chan_close(values);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, closer);
    chan_free(values);
    return 0;
}
