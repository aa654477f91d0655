/* G5: the close of another channel orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) one;
static chan(int) other;

static void closer(void)
{
    g_x = 1;
    chan_close(one);
}

static void other_closer(void)
{
    chan_close(other);
}

static void receiver(void)
{
    chan_recv(other, NULL);
    use(g_x);
}

int main(void)
{
    one = chan_make(int);
    other = chan_make(int);
    run3(closer, other_closer, receiver);
    chan_free(one);
    chan_free(other);
    return 0;
}
