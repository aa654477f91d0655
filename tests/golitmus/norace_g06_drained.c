/* G6, G5: once what was buffered is gone, a receive returns because of the close. */
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
    must(chan_get(values) == 0);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
