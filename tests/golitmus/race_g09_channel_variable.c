/* G9: a channel's variable is ordinary memory. */
// expect-location: g_values
// expect-count: 1
#include "golitmus.h"

chan(int) g_values;

static void maker(void)
{
    g_values = chan_make(int, 1);
    reach(1);
}

static void user(void)
{
    await(1);
    chan_send(g_values, 1);
}

int main(void)
{
    run2(maker, user);
    chan_free(g_values);
    return 0;
}
