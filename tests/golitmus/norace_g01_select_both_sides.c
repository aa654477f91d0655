/* G1: select meets select. */
#include "golitmus.h"

int g_x;
static chan(int) values;
static chan(int) never;

static void sender(void)
{
    g_x = 1;
    chan_select {
        on_recv(never) must(false);
        on_send(values, 7) {}
    }
}

static void receiver(void)
{
    int value = 0;
    chan_select {
        on_recv(never) must(false);
        on_recv(values, &value) {}
    }
    must(value == 7 && g_x == 1);
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
