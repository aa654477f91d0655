/* G24: whoever ends a timer goes on being itself: what it does then is its own, and ordered as that. */
#include "golitmus.h"

int g_x;

static void worker(chan(int) done)
{
    timer *t = timer_new(seconds(100));
    timer_free(t);
    g_x = 1;
    chan_send(done, 1);
}

int main(void)
{
    chan(int) done = chan_make(int);
    go(worker, done);
    chan_get(done);
    must(g_x == 1);
    chan_free(done);
    return 0;
}
