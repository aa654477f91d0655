/*
 * A command waits for the commands that it depends on. When its context is cancelled, it leaves
 * somebody behind who goes on waiting for all of them. But these are given up for the same reason,
 * without a signal. The fix: whoever waits in the background also gives up.
 *
 * source: cockroachdb/cockroach pull request 10790
 * expect: goroutine leak
 * frequency: sometimes
 */
#include <racerun/go.h>

#define COMMANDS 2

struct replica {
    chan(bool) commands[COMMANDS];
};

static void send_all(struct replica *r, context *ctx)
{
    for (int i = 0; i < COMMANDS; i++)
        chan_select {
            on_send(r->commands[i], true) {
            }
            on_recv(context_done(ctx))
                return;
        }
}

static void wait_all(struct replica *r, context *ctx)
{
    (void)ctx;
    for (int i = 0; i < COMMANDS; i++)
#ifdef FIXED
        chan_select {
            on_recv(r->commands[i]) {
            }
            on_recv(context_done(ctx))
                return;
        }
#else
        chan_recv(r->commands[i], NULL);
#endif
}

static void begin_commands(struct replica *r, context *ctx)
{
    for (int i = 0; i < COMMANDS; i++)
        chan_select {
            on_recv(r->commands[i]) {
            }
            on_recv(context_done(ctx)) {
                go(wait_all, r, ctx);
                return;
            }
        }
}

static void test_cancelled(rgo_test *t)
{
    static struct replica r;
    (void)t;
    for (int i = 0; i < COMMANDS; i++)
        r.commands[i] = chan_make(bool);
    context *ctx = context_with_cancel(context_background());
    go(send_all, &r, ctx);
    go(begin_commands, &r, ctx);
    context_cancel(ctx);
}

RGO_TESTING_MAIN(test_cancelled)
