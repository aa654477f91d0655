/* G16: a Wait is not ordered after one that returned earlier. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

waitgroup g_group;
int g_x;

static void first(void)
{
    g_x = 1;
    waitgroup_wait(&g_group);
    reach(1);
}

static void second(void)
{
    await(1);
    waitgroup_wait(&g_group);
    use(g_x);
}

int main(void)
{
    run2(first, second);
    return 0;
}
