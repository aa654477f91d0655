/*
 * The first error of a group stops the others; a limit bounds them.
 * stdout-only: error 5
 * stdout-only: squares 1 4 9 16
 */
#include <racerun/go.h>
#include <stdio.h>

static int fetch(context *ctx, const char *url, int error)
{
    if (error)
        return error;
    (void)url;
    chan_get(context_done(ctx));
    return 6;
}

static int square(int x, int *ret_square)
{
    *ret_square = x * x;
    return 0;
}

int main(void)
{
    errgroup g = {0};
    context *ctx = errgroup_with_context(&g, NULL);
    errgroup_go(&g, fetch, ctx, "a", 0);
    errgroup_go(&g, fetch, ctx, "b", 5);
    errgroup_go(&g, fetch, ctx, "c", 0);
    printf("error %d\n", errgroup_wait(&g));
    context_release(ctx);

    errgroup squares = {0};
    int results[4];
    errgroup_set_limit(&squares, 2);
    for (int i = 0; i < 4; i++)
        errgroup_go(&squares, square, i + 1, &results[i]);
    if (errgroup_wait(&squares) == 0)
        printf("squares %d %d %d %d\n", results[0], results[1], results[2], results[3]);
    return 0;
}
