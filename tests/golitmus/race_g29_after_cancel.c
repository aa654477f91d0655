/* G29: what is done after the cancel is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

static context *ctx;

int g_x;

static void canceller(void)
{
    context_cancel(ctx);
    g_x = 1;
    reach(1);
}

static void worker(void)
{
    chan_recv(context_done(ctx), NULL);
    await(1);
    use(g_x);
}

int main(void)
{
    ctx = context_with_cancel(NULL);
    run2(canceller, worker);
    context_release(ctx);
    return 0;
}
