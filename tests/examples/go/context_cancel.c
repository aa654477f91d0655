/*
 * Cancellation by context: three workers count until they are told to stop; cancelling the parent
 * reaches all of them. The values that a context carries are found from below.
 *
 * stdout-only: worker 1 of request 42: context canceled
 * stdout-only: worker 2 of request 42: context canceled
 * stdout-only: worker 3 of request 42: context canceled
 */
#include <racerun/go.h>
#include <stdio.h>

enum { WORKERS = 3 };
static const char request_key;

struct report {
    int worker;
    const char *request, *why;
};

static void worker(context *ctx, int number, chan(int) numbers, chan(struct report) reports)
{
    int n = 0;
    chan_select_forever {
        on_recv(context_done(ctx))
            break;
        on_send(numbers, n)
            n++;
    }
    chan_send(reports,
              (struct report){number, context_value(ctx, &request_key), context_err(ctx)});
}

int main(void)
{
    chan(int) numbers = chan_make(int);
    chan(struct report) reports = chan_make(struct report);
    struct report all[WORKERS + 1];

    context *request = context_with_value(NULL, &request_key, "request 42", NULL);
    context *ctx = context_with_cancel(request);
    for (int i = 1; i <= WORKERS; i++)
        go(worker, ctx, i, numbers, reports);
    for (int i = 0; i < 100; i++)
        chan_get(numbers);

    context_cancel(ctx);
    for (int i = 0; i < WORKERS; i++) {
        struct report r = chan_get(reports);
        all[r.worker] = r;
    }
    for (int i = 1; i <= WORKERS; i++)
        printf("worker %d of %s: %s\n", i, all[i].request, all[i].why);

    context_release(ctx);
    context_release(request);
    chan_free(numbers);
    chan_free(reports);
    return 0;
}
