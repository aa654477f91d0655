/* G24: setting a timer anew is ordered before its function. */
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
    timer *t = time_after_func(minutes(10), fire, &done);
    g_x = 1;
    must(timer_reset(t, us(50)));
    waitgroup_wait(&done);
    timer_free(t);
    return 0;
}
