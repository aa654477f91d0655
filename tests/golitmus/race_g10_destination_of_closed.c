/* G10: a receive from a closed channel writes zero there. */
// expect-location: g_x
// expect-frame: receiver
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    chan_recv(values, &g_x);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    chan_close(values);
    run2(receiver, reader);
    chan_free(values);
    return 0;
}
