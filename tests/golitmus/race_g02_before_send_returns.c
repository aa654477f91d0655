/* G2: the sender is ordered after the receive from its send's completion on, not before. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    await(1);
    use(g_x);
    chan_send(values, 7);
}

static void receiver(void)
{
    g_x = 1;
    reach(1);
    chan_get(values);
}

int main(void)
{
    values = chan_make(int);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
