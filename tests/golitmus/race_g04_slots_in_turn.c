/* G4: elements that pass one after another through a buffer that is never full use its slots
 * in turn. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void first(void)
{
    g_x = 1;
    chan_send(values, 1);
    must(chan_get(values) == 1);
    reach(1);
}

static void second(void)
{
    await(1);
    chan_send(values, 2);
    must(chan_get(values) == 2);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 2);
    run2(first, second);
    chan_free(values);
    return 0;
}
