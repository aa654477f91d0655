/* G15: each Done is ordered before the return of the Wait that it releases. */
#include "golitmus.h"

int g_parts[4];

static void worker(int which, waitgroup *group)
{
    g_parts[which] = which + 1;
    waitgroup_done(group);
}

int main(void)
{
    waitgroup group = {0};
    for (int i = 0; i < 4; i++) {
        waitgroup_add(&group, 1);
        go(worker, i, &group);
    }
    waitgroup_wait(&group);
    for (int i = 0; i < 4; i++)
        must(g_parts[i] == i + 1);
    return 0;
}
