/* G5: a case of a select that is ready as its channel is closed. */
#include "golitmus.h"

int g_x;
static chan(int) closing;
static chan(int) never;

static void closer(void)
{
    g_x = 1;
    chan_close(closing);
    reach(1);
}

static void selector(void)
{
    await(1);
    chan_select {
        on_recv(never) must(false);
        on_recv(closing) must(g_x == 1);
    }
}

int main(void)
{
    closing = chan_make(int);
    never = chan_make(int);
    run2(closer, selector);
    chan_free(closing);
    chan_free(never);
    return 0;
}
