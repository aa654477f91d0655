/*
 * A restore receives spans from a goroutine that splits them, until its context is cancelled; then
 * nobody receives any more, and the splitter waits for ever to send. The fix lets it look at the
 * context, too.
 *
 * source: cockroachdb/cockroach pull request 18101
 * expect: goroutine leak
 * frequency: always
 */
#include <racerun/go.h>

#define CHANNEL_SIZE 6

static void split_and_scatter(context *ctx, chan(int) ready)
{
    (void)ctx;
    for (int i = 0; i < CHANNEL_SIZE + 2; i++) {
#ifdef FIXED
        chan_select {
            on_send(ready, i) {
            }
            on_recv(context_done(ctx))
                break;
        }
        if (context_err(ctx))
            break;
#else
        chan_send(ready, i);
#endif
    }
    chan_close(ready);
}

/* The import of a span never ends by itself here. */
static int restore(context *ctx)
{
    chan(int) ready = chan_make(int, CHANNEL_SIZE);
    go(split_and_scatter, ctx, ready);
    chan_range(span, ready) {
        chan_recv(context_done(ctx), NULL);
        return span;
    }
    return -1;
}

static void test_cancelled(rgo_test *t)
{
    (void)t;
    context *ctx = context_with_cancel(context_background());
    go(restore, ctx);
    context_cancel(ctx);
}

RGO_TESTING_MAIN(test_cancelled)
