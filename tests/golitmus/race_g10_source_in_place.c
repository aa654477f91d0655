/* G10: the same where the runtime itself reads the variable. */
// expect-location: g_x
// expect-frame: sender
// expect-frame: writer
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    rgo_chan_send_(RGO_UNTYPED_(values), &g_x);
    reach(1);
}

static void writer(void)
{
    await(1);
    g_x = 1;
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, writer);
    chan_free(values);
    return 0;
}
