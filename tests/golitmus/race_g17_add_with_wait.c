/* G17: a first Add that is not ordered with the Wait, which came after it by luck. */
// expect: misuse (WaitGroup)
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;

static void adder(void)
{
    waitgroup_add(&g_group, 1);
    reach(1);
    await_waiter(&g_group.waiters);
    waitgroup_done(&g_group);
}

static void waiting(void)
{
    await(1);
    waitgroup_wait(&g_group);
}

int main(void)
{
    run2(adder, waiting);
    return 0;
}
