/* G10: all bytes of a large element are read. */
// expect-location: g_wide
// expect-count: 1
#include "golitmus.h"

struct wide {
    long words[40];
};

struct wide g_wide;
static chan(struct wide) values;

static void sender(void)
{
    rgo_chan_send_(RGO_UNTYPED_(values), &g_wide);
    reach(1);
}

static void writer(void)
{
    await(1);
    g_wide.words[39] = 1;
}

int main(void)
{
    values = chan_make(struct wide, 1);
    run2(sender, writer);
    chan_free(values);
    return 0;
}
