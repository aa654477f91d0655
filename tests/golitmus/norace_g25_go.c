/* G25: what comes before `go` is ordered before the goroutine, its arguments included. */
#include "golitmus.h"

struct work {
    int first, last, sum;
};

int g_x;

static void worker(struct work *work, chan(int) done)
{
    must(g_x == 1);
    for (int i = work->first; i <= work->last; i++)
        work->sum += i;
    chan_send(done, work->sum);
}

int main(void)
{
    chan(int) done = chan_make(int);
    struct work work = {.first = 1, .last = 10};
    g_x = 1;
    go(worker, &work, done);
    must(chan_get(done) == 55 && work.sum == 55);
    chan_free(done);
    return 0;
}
