/* G3: a counting semaphore of two lets two in. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static chan(int) units;

static void worker(void)
{
    chan_send(units, 0);
    g_x = 1;
    chan_get(units);
}

int main(void)
{
    units = chan_make(int, 2);
    run2(worker, worker);
    chan_free(units);
    return 0;
}
