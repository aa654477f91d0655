/* G17: the Wait came first, by bad luck, and has waited for nobody. */
// expect: misuse (WaitGroup)
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;

static void waiting(void)
{
    waitgroup_wait(&g_group);
    reach(1);
}

static void adder(void)
{
    await(1);
    waitgroup_add(&g_group, 1);
    waitgroup_done(&g_group);
}

int main(void)
{
    run2(waiting, adder);
    return 0;
}
