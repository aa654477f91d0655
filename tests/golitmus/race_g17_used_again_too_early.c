/* G17, G16: a group is used again before it is known that the other Wait has returned. */
// expect: misuse (WaitGroup)
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;

static void spectator(void)
{
    waitgroup_wait(&g_group);
    reach(1);
}

static void owner(void)
{
    waitgroup_done(&g_group);
    waitgroup_wait(&g_group);
    await(1);
    waitgroup_add(&g_group, 1);
    waitgroup_done(&g_group);
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run2(spectator, owner);
    return 0;
}
