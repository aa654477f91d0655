/* G24: a timer that was stopped never runs: its memory may be used again. */
#include "golitmus.h"

int g_x;

static void fire(void *unused)
{
    (void)unused;
    g_x = 1;
}

int main(void)
{
    timer *t = time_after_func(minutes(10), fire, NULL);
    must(timer_stop(t));
    g_x = 2;
    timer_free(t);
    return 0;
}
