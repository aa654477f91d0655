/* G1: what the sender does after its send is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    chan_send(values, 7);
    g_x = 1;
    reach(1);
}

static void receiver(void)
{
    chan_get(values);
    await(1);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
