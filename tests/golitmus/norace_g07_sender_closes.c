/* G7: who sends closes. */
#include "golitmus.h"

static chan(int) values;

static void sender(void)
{
    chan_send(values, 1);
    chan_close(values);
}

static void receiver(void)
{
    chan_range(value, values)
        use(value);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
