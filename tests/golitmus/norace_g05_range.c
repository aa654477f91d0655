/* G5: the end of a range. */
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    for (int i = 0; i < 5; i++)
        chan_send(values, i);
    g_x = 1;
    chan_close(values);
}

static void receiver(void)
{
    int sum = 0;
    chan_range(value, values)
        sum += value;
    must(sum == 10 && g_x == 1);
}

int main(void)
{
    values = chan_make(int);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
