/* G4: a receiver is ordered after the sender of its own element, not after that of the one
 * before. */
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

static void second(void)
{
    await(1);
    chan_send(values, 2);
    must(chan_get(values) == 1);
    reach(2);
}

static void receiver(void)
{
    await(2);
    must(chan_get(values) == 2);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 2);
    run3(first, second, receiver);
    chan_free(values);
    return 0;
}
