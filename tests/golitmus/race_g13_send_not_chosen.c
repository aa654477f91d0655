/* G13: a send case that is not chosen orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) full;
static chan(int) ready;

static void worker(void)
{
    g_x = 1;
    chan_send(full, 1);
    reach(1);
}

static void selector(void)
{
    await(1);
    chan_select {
        on_send(full, 1) must(false);
        on_recv(ready) use(g_x);
    }
}

int main(void)
{
    full = chan_make(int, 1);
    ready = chan_make(int, 1);
    chan_send(ready, 1);
    run2(worker, selector);
    chan_free(full);
    chan_free(ready);
    return 0;
}
