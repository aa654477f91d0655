/* G4: a receive leaves in the slot its own clock, not what it has just got: so send 1 is not
 * ordered before send 2, though they share the only slot. */
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
    chan_get(values);
    reach(2);
}

static void second(void)
{
    await(2);
    chan_send(values, 2);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    run3(first, receiver, second);
    chan_free(values);
    return 0;
}
