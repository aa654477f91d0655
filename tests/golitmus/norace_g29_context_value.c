/* G29: values are handed down. */
#include "golitmus.h"

static const char key;

int g_x;

static void worker(context *ctx, chan(int) done)
{
    must(*(int *)context_value(ctx, &key) == 1);
    chan_send(done, 1);
}

int main(void)
{
    chan(int) done = chan_make(int);
    context *ctx = context_with_value(NULL, &key, &g_x, NULL);
    g_x = 1;
    go(worker, ctx, done);
    chan_get(done);
    context_release(ctx);
    chan_free(done);
    return 0;
}
