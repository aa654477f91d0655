/* G3: a writer that takes one of two units excludes nobody. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) units;

static void reader(void)
{
    chan_send(units, 0);
    use(g_x);
    reach(1);
    await(2);
    chan_get(units);
}

static void writer(void)
{
    await(1);
    chan_send(units, 0);
    g_x = 1;
    chan_get(units);
    reach(2);
}

int main(void)
{
    units = chan_make(int, 2);
    run2(reader, writer);
    chan_free(units);
    return 0;
}
