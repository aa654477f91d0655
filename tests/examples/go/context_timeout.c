/*
 * A context with a time-out: the slow operation is given up when the time is over, the quick one
 * is not disturbed. A child's time-out cannot be longer than its parent's.
 *
 * stdout-only: quick: done
 * stdout-only: slow: context deadline exceeded
 * stdout-only: child of slow: context deadline exceeded
 */
#include <racerun/go.h>
#include <stdio.h>

static void operate(context *ctx, const char *name, int64_t duration)
{
    chan_select {
        on_timeout(duration)
            printf("%s: done\n", name);
        on_recv(context_done(ctx))
            printf("%s: %s\n", name, context_err(ctx));
    }
}

int main(void)
{
    context *quick = context_with_timeout(NULL, seconds(60));
    defer(context_end, quick);
    operate(quick, "quick", ms(1));

    context *slow = context_with_timeout(NULL, ms(20));
    defer(context_end, slow);
    operate(slow, "slow", seconds(60));

    context *child = context_with_timeout(slow, seconds(60));
    defer(context_end, child);
    operate(child, "child of slow", seconds(60));
    return 0;
}
