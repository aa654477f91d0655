/* G15: a Wait that comes later and finds zero is ordered after each Done. */
#include "golitmus.h"

waitgroup g_group;
int g_x, g_y;

static void first(void)
{
    g_x = 1;
    waitgroup_done(&g_group);
    reach(1);
}

static void second(void)
{
    await(1);
    g_y = 1;
    waitgroup_done(&g_group);
    reach(2);
}

static void waiting(void)
{
    await(2);
    waitgroup_wait(&g_group);
    must(g_x == 1 && g_y == 1);
}

int main(void)
{
    waitgroup_add(&g_group, 2);
    run3(first, second, waiting);
    return 0;
}
