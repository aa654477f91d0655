/* G15: one worker was not counted: the Wait returns before it is done. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void counted(void)
{
    waitgroup_done(&g_group);
}

static void not_counted(void)
{
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
    run3(counted, not_counted, waiting);
    return 0;
}
