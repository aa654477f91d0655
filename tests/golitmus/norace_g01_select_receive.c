/* G1: a receive by select is a receive. */
#include "golitmus.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void sender(void)
{
    g_x = 1;
    chan_send(values, 7);
}

static void receiver(void)
{
    int value = 0;
    chan_select {
        on_recv(values, &value) must(value == 7 && g_x == 1);
        on_send(never, 1) must(false);
    }
}

int main(void)
{
    values = chan_make(int, 1);
    never = chan_make(int);
    run2(sender, receiver);
    chan_free(values);
    chan_free(never);
    return 0;
}
