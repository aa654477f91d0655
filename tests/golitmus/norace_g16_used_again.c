/* G16: a group is used again after its Wait. */
#include "golitmus.h"

int g_x;

static void worker(waitgroup *group)
{
    g_x++;
    waitgroup_done(group);
}

int main(void)
{
    waitgroup group = {0};
    for (int round = 0; round < 10; round++) {
        waitgroup_add(&group, 1);
        go(worker, &group);
        waitgroup_wait(&group);
        must(g_x == round + 1);
    }
    return 0;
}
