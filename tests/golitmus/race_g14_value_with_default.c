/* G14: also when the select goes on by its default. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) full;

static void selector(void)
{
    chan_select {
        on_send(full, g_x) must(false);
        on_default reach(1);
    }
}

static void writer(void)
{
    await(1);
    g_x = 1;
}

int main(void)
{
    full = chan_make(int);
    run2(selector, writer);
    chan_free(full);
    return 0;
}
