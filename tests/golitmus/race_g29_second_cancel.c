/* G29: a second cancel is nothing, and orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

static context *ctx;

int g_x;

static void first(void)
{
    context_cancel(ctx);
    reach(1);
}

static void second(void)
{
    await(1);
    g_x = 1;
    context_cancel(ctx);
    reach(2);
}

static void worker(void)
{
    await(2);
    chan_recv(context_done(ctx), NULL);
    use(g_x);
}

int main(void)
{
    ctx = context_with_cancel(NULL);
    run3(first, second, worker);
    context_release(ctx);
    return 0;
}
