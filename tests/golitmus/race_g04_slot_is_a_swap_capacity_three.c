/* G4: nor send 1 before send 4 where there is room for three, in the second round. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void first(void)
{
    g_x = 1;
    chan_send(values, 1);
    reach(1);
}

static void receiver(void)
{
    await(1);
    chan_send(values, 2);
    chan_send(values, 3);
    must(chan_get(values) == 1);
    reach(2);
}

static void fourth(void)
{
    await(2);
    chan_send(values, 4);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 3);
    run3(first, receiver, fourth);
    chan_free(values);
    return 0;
}
