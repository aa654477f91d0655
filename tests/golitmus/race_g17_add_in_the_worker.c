/* G17: the usual form: the worker itself adds. (Main gives it the time.) */
// expect: misuse (WaitGroup)
// expect-frame: worker
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void worker(void)
{
    waitgroup_add(&g_group, 1);
    reach(1);
    await_waiter(&g_group.waiters);
    g_x = 1;
    waitgroup_done(&g_group);
}

int main(void)
{
    go(worker);
    await(1);
    waitgroup_wait(&g_group);
    must(g_x == 1);
    return 0;
}
