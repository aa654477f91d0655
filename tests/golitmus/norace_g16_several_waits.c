/* G16: several Waits at once, early and late. */
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void worker(void)
{
    await_waiter(&g_group.waiters);
    g_x = 1;
    waitgroup_done(&g_group);
    reach(1);
}

static void early(void)
{
    waitgroup_wait(&g_group);
    must(g_x == 1);
}

static void late(void)
{
    await(1);
    waitgroup_wait(&g_group);
    waitgroup_wait(&g_group);
    must(g_x == 1);
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run3(worker, early, late);
    return 0;
}
