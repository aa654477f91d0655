/* G5: what is done after the close is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) closing;

static void closer(void)
{
    chan_close(closing);
    g_x = 1;
    reach(1);
}

static void receiver(void)
{
    chan_recv(closing, NULL);
    await(1);
    use(g_x);
}

int main(void)
{
    closing = chan_make(int);
    run2(closer, receiver);
    chan_free(closing);
    return 0;
}
