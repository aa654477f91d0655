/* G24: nor are two runs of one timer's function. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void fire(void *unused)
{
    (void)unused;
    g_x = 1;
    arrive();
}

int main(void)
{
    timer *t = time_after_func(us(10), fire, NULL);
    await_arrivals(1);
    timer_reset(t, us(10));
    await_arrivals(2);
    timer_free(t);
    return 0;
}
