/* G4: nor is send 1 ordered before send 3 where there is room for two. */
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
    chan_get(values);
    reach(2);
}

static void third(void)
{
    await(2);
    chan_send(values, 3);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 2);
    run3(first, receiver, third);
    chan_free(values);
    return 0;
}
