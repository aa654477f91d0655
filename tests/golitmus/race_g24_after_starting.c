/* G24: what is done after the timer was started is not ordered before its function. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void fire(void *raw)
{
    (void)raw;
    await(1);
    use(g_x);
    reach(2);
}

int main(void)
{
    timer *t = time_after_func(us(10), fire, NULL);
    g_x = 1;
    reach(1);
    await(2);
    timer_free(t);
    return 0;
}
