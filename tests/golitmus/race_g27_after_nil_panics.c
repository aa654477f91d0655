/* G27: and the detector finds what there is to find. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void worker(void)
{
    go_attempt mutex_lock(NULL);
    go_rescue(p) {}
    go_attempt rgo_chan_close_(NULL);
    go_rescue(p) {}
    g_x = 1;
}

int main(void)
{
    run2(worker, worker);
    return 0;
}
