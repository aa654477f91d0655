/* G13: the chosen case orders, whichever of several it is. */
#include "golitmus.h"

int g_one, g_two;
static chan(int) one;
static chan(int) two;

static void sender(void)
{
    g_one = 1;
    chan_send(one, 1);
    g_two = 2;
    chan_send(two, 2);
    reach(1);
}

static void selector(void)
{
    int value;
    await(1);
    for (int i = 0; i < 2; i++)
        chan_select {
            on_recv(one, &value) must(value == 1 && g_one == 1);
            on_recv(two, &value) must(value == 2 && g_two == 2);
        }
}

int main(void)
{
    one = chan_make(int, 1);
    two = chan_make(int, 1);
    run2(sender, selector);
    chan_free(one);
    chan_free(two);
    return 0;
}
