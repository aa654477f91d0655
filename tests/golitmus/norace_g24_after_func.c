/* G24: starting a timer is ordered before its function. */
#include "golitmus.h"

int g_x;

static void fire(void *done)
{
    must(g_x == 1);
    waitgroup_done(done);
}

int main(void)
{
    waitgroup done = {0};
    waitgroup_add(&done, 1);
    g_x = 1;
    timer *t = time_after_func(us(50), fire, &done);
    waitgroup_wait(&done);
    timer_free(t);
    return 0;
}
