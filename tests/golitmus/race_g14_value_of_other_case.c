/* G14: the values of all send cases are read on entry, also of those that are not chosen. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) chosen;
static chan(int) full;

static void selector(void)
{
    chan_select {
        on_send(chosen, 1) reach(1);
        on_send(full, g_x) must(false);
    }
}

static void writer(void)
{
    await(1);
    g_x = 1;
}

int main(void)
{
    chosen = chan_make(int, 1);
    full = chan_make(int);
    run2(selector, writer);
    chan_free(chosen);
    chan_free(full);
    return 0;
}
