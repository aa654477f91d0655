/* G5, G11: close wakes all that wait: a receive, a select. */
#include "channel.h"

int g_x;
static chan(int) closing;
static chan(int) never;

static void closer(void)
{
    await_receivers(closing, 2);
    g_x = 1;
    chan_close(closing);
}

static void receiver(void)
{
    must(!chan_recv(closing, NULL));
    must(g_x == 1);
}

static void selector(void)
{
    bool ok = true;
    chan_select {
        on_recv(closing, NULL, &ok) must(!ok && g_x == 1);
        on_recv(never) must(false);
    }
}

int main(void)
{
    closing = chan_make(int, 1);
    never = chan_make(int);
    run3(closer, receiver, selector);
    chan_free(closing);
    chan_free(never);
    return 0;
}
