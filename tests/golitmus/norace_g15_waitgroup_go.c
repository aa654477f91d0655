/* G15: waitgroup_go: all that the goroutine did, deferred calls included. */
#include "golitmus.h"

int g_x, g_deferred;

static void set_deferred(int value)
{
    g_deferred = value;
}

static void worker(int value)
{
    defer(set_deferred, value + 1);
    g_x = value;
}

int main(void)
{
    waitgroup group = {0};
    waitgroup_go(&group, worker, 1);
    waitgroup_wait(&group);
    must(g_x == 1 && g_deferred == 2);
    return 0;
}
