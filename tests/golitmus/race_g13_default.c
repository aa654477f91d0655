/* G13: the default case orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void worker(void)
{
    g_x = 1;
    chan_send(values, 1);
    chan_get(values);
    reach(1);
}

static void selector(void)
{
    await(1);
    chan_select {
        on_recv(values) must(false);
        on_default use(g_x);
    }
}

int main(void)
{
    values = chan_make(int, 1);
    run2(worker, selector);
    chan_free(values);
    return 0;
}
