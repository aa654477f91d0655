/* G1: operations that do not wait synchronise when they succeed. */
#include "golitmus.h"

int g_x;
static chan(int) values;

static void sender(void)
{
    g_x = 1;
    must(chan_try_send(values, 7));
}

static void receiver(void)
{
    int value = 0;
    while (!chan_try_recv(values, &value))
        go_yield();
    must(value == 7 && g_x == 1);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
