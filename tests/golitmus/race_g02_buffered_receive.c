/* G2: with a buffer, a receive is not ordered before the completion of its send. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    chan_send(values, 7);
    reach(1);
    await(2);
    use(g_x);
}

static void receiver(void)
{
    await(1);
    g_x = 1;
    chan_get(values);
    reach(2);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
