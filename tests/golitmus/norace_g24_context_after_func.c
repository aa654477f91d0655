/* G24, G29: what a context runs after its cancel. */
#include "golitmus.h"

int g_x, g_y;

static void cleanup(void *done)
{
    must(g_x == 1 && g_y == 1);
    waitgroup_done(done);
}

int main(void)
{
    waitgroup done = {0};
    waitgroup_add(&done, 1);
    context *ctx = context_with_cancel(NULL);
    g_x = 1;
    rgo_context_after *after = context_after_func(ctx, cleanup, &done);
    g_y = 1;
    context_cancel(ctx);
    waitgroup_wait(&done);
    must(!context_after_stop(after));
    context_release(ctx);
    return 0;
}
