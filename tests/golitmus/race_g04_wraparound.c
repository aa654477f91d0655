/* G4: after the ring has gone round, element 4 still does not bring the work of element 5's
 * sender. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void first(void)
{
    for (int i = 1; i <= 3; i++)
        chan_send(values, i);
    for (int i = 1; i <= 3; i++)
        must(chan_get(values) == i);
    chan_send(values, 4);
    reach(1);
}

static void second(void)
{
    await(1);
    g_x = 1;
    chan_send(values, 5);
    reach(2);
}

static void receiver(void)
{
    await(2);
    must(chan_get(values) == 4);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 3);
    run3(first, second, receiver);
    chan_free(values);
    return 0;
}
