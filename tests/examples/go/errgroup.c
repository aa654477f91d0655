/*
 * Error group: the parts of a task run side by side; the first error is the group's and cancels
 * the context, so that the other parts can give up at once.
 *
 * stdout-only: all parts good: no error
 * stdout-only: part 3 bad: No such file or directory
 * stdout-only: the others were told: context canceled
 */
#include <errno.h>
#include <racerun/go.h>
#include <stdio.h>
#include <string.h>

enum { PARTS = 5, NONE = -1 };

static int fetch(context *ctx, int part, int bad, const char **why)
{
    if (part == bad)
        return ENOENT;
    if (bad == NONE)
        return 0;
    chan_get(context_done(ctx)); /* more work than anybody will wait for */
    *why = context_err(ctx);
    return ECANCELED;
}

static int fetch_all(int bad, const char **why)
{
    errgroup group = {0};
    context *ctx = errgroup_with_context(&group, NULL);

    for (int part = 0; part < PARTS; part++)
        errgroup_go(&group, fetch, ctx, part, bad, &why[part]);
    int error = errgroup_wait(&group);
    context_release(ctx);
    return error;
}

int main(void)
{
    const char *why[PARTS] = {NULL};
    int error = fetch_all(NONE, why);

    printf("all parts good: %s\n", error ? strerror(error) : "no error");
    error = fetch_all(3, why);
    printf("part 3 bad: %s\n", error ? strerror(error) : "no error");
    printf("the others were told: %s\n", why[0]);
    return 0;
}
