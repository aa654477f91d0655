/* G7: who has received all closes: each send is ordered before its receive. */
#include "golitmus.h"

static chan(int) values;

static void sender(void)
{
    for (int i = 0; i < 5; i++)
        chan_send(values, i);
}

static void receiver(void)
{
    for (int i = 0; i < 5; i++)
        must(chan_get(values) == i);
    chan_close(values);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
