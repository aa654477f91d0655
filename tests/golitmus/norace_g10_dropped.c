/* G10: a receive without a destination writes nothing. */
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    chan_send(values, g_x);
    reach(1);
    use(g_x);
}

static void receiver(void)
{
    await(1);
    chan_recv(values, NULL);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
