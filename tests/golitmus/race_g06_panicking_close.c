/* G6, G7: the second close panics and is not ordered after the first. */
// expect-location: g_x
// expect-count: 2
#include "golitmus.h"

int g_x;
static chan(int) values;

static void first(void)
{
    g_x = 1;
    chan_close(values);
    reach(1);
}

static void second(void)
{
    await(1);
    go_attempt {
        chan_close(values);
        must(false);
    }
    go_rescue(p) use(g_x);
}

int main(void)
{
    values = chan_make(int);
    run2(first, second);
    chan_free(values);
    return 0;
}
