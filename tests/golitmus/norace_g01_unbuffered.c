/* G1: a send is ordered before the receive that gets its element. */
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    g_x = 1;
    chan_send(values, 7);
}

static void receiver(void)
{
    must(chan_get(values) == 7);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
