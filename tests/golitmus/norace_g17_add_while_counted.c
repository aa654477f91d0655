/* G17: an Add while the counter is held above zero may come at any time. */
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void second(void)
{
    g_x = 1;
    waitgroup_done(&g_group);
}

static void first(void)
{
    await_waiter(&g_group.waiters);
    waitgroup_add(&g_group, 1);
    go(second);
    waitgroup_done(&g_group);
}

static void waiting(void)
{
    waitgroup_wait(&g_group);
    must(g_x == 1);
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run2(first, waiting);
    return 0;
}
