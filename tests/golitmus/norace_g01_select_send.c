/* G1: a send by select is a send. */
#include "golitmus.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void sender(void)
{
    g_x = 1;
    chan_select {
        on_send(values, 7) {}
        on_recv(never) must(false);
    }
}

static void receiver(void)
{
    must(chan_get(values) == 7);
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run2(sender, receiver);
    chan_free(values);
    chan_free(never);
    return 0;
}
