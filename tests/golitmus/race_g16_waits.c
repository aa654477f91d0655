/* G16: two Waits that one Done releases are not ordered among themselves. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void worker(void)
{
    waitgroup_done(&g_group);
}

static void waiting(void)
{
    waitgroup_wait(&g_group);
    g_x = 1;
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run3(worker, waiting, waiting);
    return 0;
}
