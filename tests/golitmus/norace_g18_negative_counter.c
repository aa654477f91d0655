/* G18: a negative counter panics, recoverably, and all goes on. */
#include "golitmus.h"

int g_x;

static void worker(waitgroup *group)
{
    g_x = 1;
    waitgroup_done(group);
}

int main(void)
{
    waitgroup group = {0}, other = {0};
    bool recovered = false;
    go_attempt {
        waitgroup_done(&group);
        must(false);
    }
    go_rescue(p) recovered = true;
    must(recovered);
    waitgroup_add(&other, 1);
    go(worker, &other);
    waitgroup_wait(&other);
    must(g_x == 1);
    return 0;
}
