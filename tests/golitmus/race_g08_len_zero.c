/* G8: nor after the receive that took it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    g_x = 1;
    chan_get(values);
}

static void watcher(void)
{
    while (chan_len(values) > 0)
        go_yield();
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    chan_send(values, 1);
    run2(receiver, watcher);
    chan_free(values);
    return 0;
}
