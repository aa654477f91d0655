/*
 * Fan-out: several goroutines take from the same channel, each value goes to exactly one of them.
 * How the work is shared out is open, that all of it is done is not.
 *
 * stdout-only: 100 values taken by 4 goroutines, sum 4950
 */
#include <racerun/go.h>
#include <stdio.h>

struct share {
    int count, sum;
};

static void take(chan(int) values, chan(struct share) result)
{
    struct share mine = {0};
    chan_range(v, values) {
        mine.count++;
        mine.sum += v;
    }
    chan_send(result, mine);
}

int main(void)
{
    chan(int) values = chan_make(int);
    chan(struct share) result = chan_make(struct share);
    struct share total = {0};

    for (int i = 0; i < 4; i++)
        go(take, values, result);
    for (int i = 0; i < 100; i++)
        chan_send(values, i);
    chan_close(values);
    for (int i = 0; i < 4; i++) {
        struct share each = chan_get(result);
        total.count += each.count;
        total.sum += each.sum;
    }
    printf("%d values taken by 4 goroutines, sum %d\n", total.count, total.sum);
    chan_free(values);
    chan_free(result);
    return 0;
}
