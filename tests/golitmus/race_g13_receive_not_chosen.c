/* G13: a receive case that is not chosen orders nothing, though its channel has a past. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) used;
static chan(int) ready;

static void worker(void)
{
    g_x = 1;
    chan_send(used, 1);
    chan_get(used);
    reach(1);
}

static void selector(void)
{
    await(1);
    chan_select {
        on_recv(used) must(false);
        on_recv(ready) use(g_x);
    }
}

int main(void)
{
    used = chan_make(int, 1);
    ready = chan_make(int, 1);
    chan_send(ready, 1);
    run2(worker, selector);
    chan_free(used);
    chan_free(ready);
    return 0;
}
