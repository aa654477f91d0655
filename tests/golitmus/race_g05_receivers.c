/* G5: those whom one close wakes are not ordered among themselves. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) closing;

static void receiver(void)
{
    chan_recv(closing, NULL);
    g_x = 1;
}

static void closer(void)
{
    chan_close(closing);
}

int main(void)
{
    closing = chan_make(int);
    run3(closer, receiver, receiver);
    chan_free(closing);
    return 0;
}
