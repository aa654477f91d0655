/* G3: with room for two, receive 1 is ordered before the completion of send 3. */
#include "golitmus.h"

int g_x;
static chan(int) values;

static void receiver(void)
{
    await(1);
    g_x = 1;
    must(chan_get(values) == 1);
    reach(2);
}

static void sender(void)
{
    chan_send(values, 1);
    chan_send(values, 2);
    reach(1);
    await(2);
    chan_send(values, 3);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
