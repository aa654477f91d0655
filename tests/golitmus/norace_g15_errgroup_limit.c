/* G15, G3: with a limit of one its functions come one after another. */
#include "golitmus.h"

int g_x;

static int worker(void)
{
    g_x++;
    return 0;
}

int main(void)
{
    errgroup group = {0};
    errgroup_set_limit(&group, 1);
    for (int i = 0; i < 10; i++)
        errgroup_go(&group, worker);
    must(errgroup_wait(&group) == 0 && g_x == 10);
    return 0;
}
