/* G1: an element orders those who share its channel, not those who use another one. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) one;
static chan(int) other;

static void sender(void)
{
    g_x = 1;
    chan_send(one, 7);
    reach(1);
}

static void receiver(void)
{
    await(1);
    chan_send(other, 7);
    chan_get(other);
    use(g_x);
}

int main(void)
{
    one = chan_make(int, 1);
    other = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(one);
    chan_free(other);
    return 0;
}
