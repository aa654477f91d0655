/* G24: the channel that gets the time: its receiver is ordered after who asked for it. */
#include "golitmus.h"

int g_x;

static void receiver(chan(int64_t) then, chan(int) done)
{
    must(chan_get(then) > 0);
    must(g_x == 1);
    chan_send(done, 1);
}

int main(void)
{
    chan(int) done = chan_make(int);
    g_x = 1;
    chan(int64_t) then = time_after(us(50));
    go(receiver, then, done);
    chan_get(done);
    chan_free(then);
    chan_free(done);
    return 0;
}
