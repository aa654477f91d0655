/* G1: the receiver is ordered after the send from its receive on, not before. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    g_x = 1;
    chan_send(values, 7);
    reach(1);
}

static void receiver(void)
{
    await(1);
    use(g_x);
    chan_get(values);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
