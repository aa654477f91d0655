/* G15: an Add of a positive number orders nothing with the Wait. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void adder(void)
{
    g_x = 1;
    waitgroup_add(&g_group, 1);
    reach(1);
}

static void worker(void)
{
    await(1);
    waitgroup_add(&g_group, -2);
    reach(2);
}

static void waiting(void)
{
    await(2);
    waitgroup_wait(&g_group);
    use(g_x);
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run3(adder, worker, waiting);
    return 0;
}
