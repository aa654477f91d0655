/* G12, G3: room for two lets two in. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

struct nothing {};

int g_x;
static chan(struct nothing) units;

static void worker(void)
{
    chan_send(units, (struct nothing){});
    g_x = 1;
    chan_recv(units, NULL);
}

int main(void)
{
    units = chan_make(struct nothing, 2);
    run2(worker, worker);
    chan_free(units);
    return 0;
}
