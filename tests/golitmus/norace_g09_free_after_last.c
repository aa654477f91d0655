/* G9: whoever receives the last element may free the channel, however its sender waited. */
#include "golitmus.h"

static void sender(chan(int) values, int count)
{
    for (int i = 0; i < count; i++)
        chan_send(values, i);
}

static void closer(chan(int) values)
{
    chan_send(values, 1);
    chan_close(values);
}

int main(void)
{
    for (int capacity = 0; capacity < 3; capacity++) {
        chan(int) values = chan_make(int, capacity);
        go(sender, values, 5);
        for (int i = 0; i < 5; i++)
            must(chan_get(values) == i);
        chan_free(values);
        values = chan_make(int, capacity);
        go(closer, values);
        chan_range(value, values) must(value == 1);
        chan_free(values);
    }
    return 0;
}
