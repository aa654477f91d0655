/* G11: a select that came later wakes one that waits. */
#include "channel.h"

int g_x, g_y;
static chan(int) values;
static chan(int) never;

static void waiting(void)
{
    int value = 0;
    g_y = 1;
    chan_select {
        on_recv(values, &value) must(value == 7 && g_x == 1);
        on_recv(never) must(false);
    }
}

static void coming(void)
{
    await_receiver(values);
    g_x = 1;
    chan_select {
        on_recv(never) must(false);
        on_send(values, 7) must(g_y == 1);
    }
}

int main(void)
{
    values = chan_make(int);
    never = chan_make(int);
    run2(waiting, coming);
    chan_free(values);
    chan_free(never);
    return 0;
}
