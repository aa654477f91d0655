/*
 * Goroutines and a WaitGroup: five goroutines each fill in a square, main waits until all are
 * done. Nobody knows in which order they run, so each writes to a place of its own.
 *
 * stdout-only: 0 1 4 9 16
 */
#include <racerun/go.h>
#include <stdio.h>

static void square(int i, int *result, waitgroup *wg)
{
    defer(waitgroup_done, wg);
    *result = i * i;
}

int main(void)
{
    int squares[5];
    waitgroup wg = {0};

    for (int i = 0; i < 5; i++) {
        waitgroup_add(&wg, 1);
        go(square, i, &squares[i], &wg);
    }
    waitgroup_wait(&wg);

    for (int i = 0; i < 5; i++)
        printf("%d%c", squares[i], i < 4 ? ' ' : '\n');
    return 0;
}
