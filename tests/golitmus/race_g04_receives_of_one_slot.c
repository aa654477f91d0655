/* G4: two receives from one slot are not ordered by the send between them. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) values;

static void first(void)
{
    g_x = 1;
    chan_get(values);
    reach(1);
}

static void sender(void)
{
    await(1);
    chan_send(values, 2);
    reach(2);
}

static void second(void)
{
    await(2);
    must(chan_get(values) == 2);
    use(g_x);
}

int main(void)
{
    values = chan_make(int, 1);
    chan_send(values, 1);
    run3(first, sender, second);
    chan_free(values);
    return 0;
}
