/* G29: a context with a timeout may end in another goroutine than the one that saw it pass. */
#include "golitmus.h"

int g_x;

static void waiter(context *ctx, chan(int) done)
{
    chan_recv(context_done(ctx), NULL);
    context_release(ctx);
    g_x = 1;
    chan_send(done, 1);
}

int main(void)
{
    chan(int) done = chan_make(int, 1);
    context *ctx = context_with_timeout(NULL, us(50));
    go(waiter, context_retain(ctx), done);
    while (!chan_len(done))
        go_yield();
    context_end(ctx);
    chan_get(done);
    must(g_x == 1);
    chan_free(done);
    return 0;
}
