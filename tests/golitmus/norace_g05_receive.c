/* G5: close is ordered before the receive that returns because of it. */
#include "golitmus.h"

int g_x;
static chan(int) closing;

static void closer(void)
{
    g_x = 1;
    chan_close(closing);
}

static void receiver(void)
{
    must(chan_get(closing) == 0);
    must(g_x == 1);
}

int main(void)
{
    closing = chan_make(int);
    run2(closer, receiver);
    chan_free(closing);
    return 0;
}
