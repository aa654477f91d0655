/* G15: a deferred Done also comes when the goroutine exits early. */
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void worker(void)
{
    defer(rgo_waitgroup_done, &g_group);
    g_x = 1;
    go_exit();
}

int main(void)
{
    waitgroup_add(&g_group, 1);
    go(worker);
    waitgroup_wait(&g_group);
    must(g_x == 1);
    return 0;
}
