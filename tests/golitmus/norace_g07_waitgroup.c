/* G7, G15: the senders are waited for, then the channel is closed. */
#include "golitmus.h"

waitgroup g_senders;
static chan(int) values;

static void sender(int value)
{
    chan_send(values, value);
    waitgroup_done(&g_senders);
}

static void closer(void)
{
    waitgroup_add(&g_senders, 5);
    for (int i = 0; i < 5; i++)
        go(sender, i);
    waitgroup_wait(&g_senders);
    chan_close(values);
}

static void receiver(void)
{
    int sum = 0;
    chan_range(value, values)
        sum += value;
    must(sum == 10);
}

int main(void)
{
    values = chan_make(int);
    run2(closer, receiver);
    chan_free(values);
    return 0;
}
