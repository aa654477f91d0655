/* G29: cancel is ordered before the receive from Done that sees it. */
#include "golitmus.h"

static context *ctx;

int g_x;

static void canceller(void)
{
    g_x = 1;
    context_cancel(ctx);
}

static void worker(void)
{
    chan_recv(context_done(ctx), NULL);
    must(g_x == 1);
}

int main(void)
{
    ctx = context_with_cancel(NULL);
    run3(canceller, worker, worker);
    context_release(ctx);
    return 0;
}
