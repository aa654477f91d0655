/* G15: two Dones are not ordered. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void first(void)
{
    g_x = 1;
    waitgroup_done(&g_group);
    reach(1);
}

static void second(void)
{
    await(1);
    waitgroup_done(&g_group);
    use(g_x);
}

int main(void)
{
    waitgroup_add(&g_group, 2);
    run2(first, second);
    waitgroup_wait(&g_group);
    return 0;
}
