/*
 * The macros also take functions without arguments, and in strict ISO C, in which a comma before no
 * arguments stays where nothing is before the dots.
 * stdout-only: 8 calls
 */
#include <racerun/go.h>
#include <stdio.h>

static _Atomic int calls;

static int call(void)
{
    calls++;
    return 0;
}

static void call_later(void)
{
    defer(call);
}

int main(void)
{
    waitgroup wg = {0};
    errgroup group = {0};
    go(call);
    go_with(&(go_attr){.name = "with"}, call);
    if (go_try(call))
        return 1;
    waitgroup_go(&wg, call);
    errgroup_go(&group, call);
    timer *t = time_after_func(0, call);
    (void)go_blocking(call);
    call_later();
    waitgroup_wait(&wg);
    errgroup_wait(&group);
    while (calls < 8)
        go_yield();
    timer_free(t);
    printf("%d calls\n", calls);
    return 0;
}
