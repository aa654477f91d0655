/* G8: who sees by len that an element is there is not ordered after its send. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    g_x = 1;
    chan_send(values, 1);
}

static void watcher(void)
{
    while (chan_len(values) == 0)
        go_yield();
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, watcher);
    chan_free(values);
    return 0;
}
