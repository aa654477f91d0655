/* G6: an element that is received after the close is ordered by its own send alone. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    chan_send(values, 1);
    g_x = 1;
    chan_close(values);
    reach(1);
}

static void receiver(void)
{
    await(1);
    must(chan_get(values) == 1);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
