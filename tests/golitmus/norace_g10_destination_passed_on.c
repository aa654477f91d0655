/* G10: what was received into a variable may be told to others. */
#include "channel.h"

int g_x;
static chan(int) values;
static chan(int) told;

static void sender(void)
{
    await_receiver(values);
    chan_send(values, 1);
    must(chan_get(told) == 0);
    must(g_x == 1);
}

static void receiver(void)
{
    chan_recv(values, &g_x);
    chan_send(told, 0);
}

int main(void)
{
    values = chan_make(int);
    told = chan_make(int);
    run2(sender, receiver);
    chan_free(values);
    chan_free(told);
    return 0;
}
