/* G3: what is done after the channel was emptied again is outside. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) room;

static void first(void)
{
    chan_send(room, 0);
    chan_get(room);
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    chan_send(room, 0);
    use(g_x);
    chan_get(room);
}

int main(void)
{
    room = chan_make(int, 1);
    run2(first, second);
    chan_free(room);
    return 0;
}
