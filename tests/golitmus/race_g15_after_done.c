/* G15: what is done after the Done is not waited for: Done too early. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void worker(void)
{
    waitgroup_done(&g_group);
    g_x = 1;
    reach(1);
}

static void waiting(void)
{
    waitgroup_wait(&g_group);
    await(1);
    use(g_x);
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run2(worker, waiting);
    return 0;
}
