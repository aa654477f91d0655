/* What a context's cancellation does to its channel is seen where nothing but its goroutine's start
 * comes before: main looks before that, or after, and ends before the goroutine does, or after.
 *
 * traces: 5
 * finds: assertion
 */
#include <assert.h>
#include <racerun/go.h>

static void cancel(context *ctx)
{
    context_cancel(ctx);
}

int main(void)
{
    context *ctx = context_with_cancel(NULL);
    go(cancel, ctx);
    bool cancelled = false;
    chan_select
    {
        on_recv(context_done(ctx))
        {
            cancelled = true;
        }
        on_default
        {
        }
    }
    assert(!cancelled);
    return 0;
}
