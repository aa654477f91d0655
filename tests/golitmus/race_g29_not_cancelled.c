/* G29: an error that is NULL orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

static context *ctx;

int g_x;

static void writer(void)
{
    g_x = 1;
    must(!context_err(ctx));
    reach(1);
}

static void reader(void)
{
    await(1);
    must(!context_err(ctx));
    use(g_x);
}

int main(void)
{
    ctx = context_with_cancel(NULL);
    run2(writer, reader);
    context_end(ctx);
    return 0;
}
