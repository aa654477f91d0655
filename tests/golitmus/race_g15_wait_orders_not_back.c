/* G15: a Wait is ordered after the Dones, no Done after the Wait. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void worker(void)
{
    await_waiter(&g_group.waiters);
    waitgroup_done(&g_group);
    use(g_x);
}

static void waiting(void)
{
    g_x = 1;
    waitgroup_wait(&g_group);
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run2(worker, waiting);
    return 0;
}
