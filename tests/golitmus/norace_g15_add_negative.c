/* G15: Add with a negative number is as many Dones. */
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void worker(void)
{
    g_x = 1;
    waitgroup_add(&g_group, -3);
}

static void waiting(void)
{
    waitgroup_wait(&g_group);
    must(g_x == 1);
}

int main(void)
{
    waitgroup_add(&g_group, 3);
    run2(worker, waiting);
    return 0;
}
