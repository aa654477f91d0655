/* G15: the functions of an errgroup are not ordered among themselves. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static int worker(void)
{
    g_x = 1;
    return 0;
}

int main(void)
{
    errgroup group = {0};
    errgroup_go(&group, worker);
    errgroup_go(&group, worker);
    must(errgroup_wait(&group) == 0);
    return 0;
}
