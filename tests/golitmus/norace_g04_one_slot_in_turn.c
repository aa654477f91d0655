/* G3, G4: with room for one the same is ordered: receive 1 before the completion of send 2. */
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
    must(g_x == 1);
}

int main(void)
{
    values = chan_make(int, 1);
    run2(first, second);
    chan_free(values);
    return 0;
}
