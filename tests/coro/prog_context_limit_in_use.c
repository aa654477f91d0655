/*
 * A group's limit cannot be changed while it is in use.
 * exit: 2
 * stderr: ^panic: errgroup: modify limit while 1 goroutines in the group are still active
 */
#include <racerun/go.h>

static int wait_for(context *ctx)
{
    chan_get(context_done(ctx));
    return 0;
}

int main(void)
{
    errgroup g = {0};
    context *ctx = errgroup_with_context(&g, NULL);
    errgroup_go(&g, wait_for, ctx);
    errgroup_set_limit(&g, 3);
    return 0;
}
