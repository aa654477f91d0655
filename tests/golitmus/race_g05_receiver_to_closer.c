/* G5: a receiver that waits is not ordered before the close that wakes it. */
// expect-location: g_x
// expect-count: 1
#include "channel.h"

int g_x;
static chan(int) closing;

static void closer(void)
{
    await_receiver(closing);
    chan_close(closing);
    use(g_x);
}

static void receiver(void)
{
    g_x = 1;
    chan_recv(closing, NULL);
}

int main(void)
{
    closing = chan_make(int);
    run2(closer, receiver);
    chan_free(closing);
    return 0;
}
