/*
 * Fan-in: the values of several channels are merged into one; it is closed when all of them are.
 * The order between the sources is open, so the values are counted and added up.
 *
 * stdout-only: 30 values, sum 435
 */
#include <racerun/go.h>
#include <stdio.h>

static void numbers(int first, int count, chan(int) out)
{
    for (int i = 0; i < count; i++)
        chan_send(out, first + i);
    chan_close(out);
}

static void forward(chan(int) from, chan(int) to, waitgroup *wg)
{
    chan_range(v, from)
        chan_send(to, v);
    waitgroup_done(wg);
}

static void merge(chan(int) *sources, int count, chan(int) merged)
{
    waitgroup wg = {0};

    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++)
        go(forward, sources[i], merged, &wg);
    waitgroup_wait(&wg);
    chan_close(merged);
}

int main(void)
{
    chan(int) sources[3];
    chan(int) merged = chan_make(int);
    int count = 0, sum = 0;

    for (int i = 0; i < 3; i++) {
        sources[i] = chan_make(int);
        go(numbers, 10 * i, 10, sources[i]);
    }
    go(merge, sources, 3, merged);
    chan_range(v, merged) {
        count++;
        sum += v;
    }
    printf("%d values, sum %d\n", count, sum);
    return 0;
}
