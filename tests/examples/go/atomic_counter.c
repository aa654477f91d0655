/*
 * The same count with an atomic variable instead of a mutex: C11's own, which goroutines share
 * like threads.
 *
 * stdout-only: 50000
 */
#include <racerun/go.h>
#include <stdatomic.h>
#include <stdio.h>

static void count(atomic_int *ops, waitgroup *wg)
{
    for (int i = 0; i < 1000; i++)
        atomic_fetch_add(ops, 1);
    waitgroup_done(wg);
}

int main(void)
{
    atomic_int ops = 0;
    waitgroup wg = {0};

    for (int i = 0; i < 50; i++) {
        waitgroup_add(&wg, 1);
        go(count, &ops, &wg);
    }
    waitgroup_wait(&wg);
    printf("%d\n", ops);
    return 0;
}
