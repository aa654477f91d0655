/* G3: with room for two, receive 1 is not ordered before send 2. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    await(1);
    g_x = 1;
    chan_get(values);
    reach(2);
}

static void sender(void)
{
    chan_send(values, 1);
    reach(1);
    await(2);
    chan_send(values, 2);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
