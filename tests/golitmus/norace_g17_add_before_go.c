/* G17: the first Add before the goroutine that waits is started. */
#include "golitmus.h"

waitgroup g_group;

static void waiting(void)
{
    waitgroup_wait(&g_group);
}

static void worker(void)
{
    waitgroup_done(&g_group);
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    run2(waiting, worker);
    return 0;
}
