/* G15, G11: the same for a Wait that is there first. */
#include "golitmus.h"

waitgroup g_group;
int g_x, g_y;

static void first(void)
{
    await_waiter(&g_group.waiters);
    g_x = 1;
    waitgroup_done(&g_group);
}

static void second(void)
{
    await_waiter(&g_group.waiters);
    g_y = 1;
    waitgroup_done(&g_group);
}

static void waiting(void)
{
    waitgroup_wait(&g_group);
    must(g_x == 1 && g_y == 1);
}

int main(void)
{
    waitgroup_add(&g_group, 2);
    run3(first, second, waiting);
    return 0;
}
