/* G27: two goroutines that panic at the same nil channel have nothing in common. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void first(void)
{
    g_x = 1;
    go_attempt rgo_chan_close_(NULL);
    go_rescue(p) reach(1);
}

static void second(void)
{
    await(1);
    go_attempt rgo_chan_close_(NULL);
    go_rescue(p) use(g_x);
}

int main(void)
{
    run2(first, second);
    return 0;
}
