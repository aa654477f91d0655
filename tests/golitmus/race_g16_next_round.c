/* G16: the worker of the next round is not ordered with who waited for the first by that
 * alone. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void spectator(void)
{
    waitgroup_wait(&g_group);
    use(g_x);
    reach(1);
}

static void owner(void)
{
    waitgroup_done(&g_group);
    waitgroup_wait(&g_group);
    await(1);
    g_x = 1;
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run2(spectator, owner);
    return 0;
}
