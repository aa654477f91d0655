/* G15: an errgroup's Wait is ordered after the end of all that it started. */
#include "golitmus.h"

int g_parts[4];

static int worker(int which)
{
    g_parts[which] = which;
    return 0;
}

int main(void)
{
    errgroup group = {0};
    for (int i = 0; i < 4; i++)
        errgroup_go(&group, worker, i);
    must(errgroup_wait(&group) == 0);
    for (int i = 0; i < 4; i++)
        must(g_parts[i] == i);
    return 0;
}
