/* G6, G7: a sender that panics as the channel is closed is not ordered after the close: two
 * findings, on the channel and on g_x. */
// expect-location: g_x
// expect-count: 2
#include "golitmus.h"

int g_x;
static chan(int) values;

static void closer(void)
{
    g_x = 1;
    chan_close(values);
    reach(1);
}

static void sender(void)
{
    await(1);
    go_attempt {
        chan_send(values, 1);
        must(false);
    }
    go_rescue(p) use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(closer, sender);
    chan_free(values);
    return 0;
}
