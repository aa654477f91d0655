/* G29: and before an error that is not NULL. */
#include "golitmus.h"

static context *ctx;

int g_x;

static void canceller(void)
{
    g_x = 1;
    context_cancel_cause(ctx, "enough");
}

static void worker(void)
{
    while (!context_err(ctx))
        go_yield();
    must(g_x == 1 && context_cause(ctx));
}

int main(void)
{
    ctx = context_with_cancel(NULL);
    run2(canceller, worker);
    context_release(ctx);
    return 0;
}
