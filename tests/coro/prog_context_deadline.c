/*
 * A worker stops when its context does, by hand or by deadline.
 * stdout-only: canceled: context canceled, cause: enough
 * stdout-only: timed out: context deadline exceeded
 * stdout-only: user 42
 */
#include <racerun/go.h>
#include <stdio.h>

static const char user_key;

static void work(context *ctx, chan(int) ret_rounds)
{
    int rounds = 0;
    for (bool over = false; !over;) {
        chan_select
        {
            on_recv(context_done(ctx))
                over = true;
            on_timeout(us(100))
                rounds++;
        }
    }
    context_release(ctx);
    chan_send(ret_rounds, rounds);
}

int main(void)
{
    chan(int) rounds = chan_make(int);
    context *ctx = context_with_cancel(context_background());
    go(work, context_retain(ctx), rounds);
    context_cancel_cause(ctx, "enough");
    chan_get(rounds);
    printf("canceled: %s, cause: %s\n", context_err(ctx), context_cause(ctx));
    context_release(ctx);

    ctx = context_with_timeout(NULL, ms(3));
    go(work, context_retain(ctx), rounds);
    chan_get(rounds);
    printf("timed out: %s\n", context_err(ctx));
    context_end(ctx);

    int user = 42;
    ctx = context_with_value(NULL, &user_key, &user, NULL);
    printf("user %d\n", *(int *)context_value(ctx, &user_key));
    context_release(ctx);
    chan_free(rounds);
    return 0;
}
