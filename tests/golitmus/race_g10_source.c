/* G10: a send reads its element. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    chan_send(values, g_x);
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
