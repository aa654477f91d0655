/* G24: a stop that comes too late does not wait for the function. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void fire(void *unused)
{
    (void)unused;
    g_x = 1;
    reach(1);
}

int main(void)
{
    timer *t = time_after_func(us(10), fire, NULL);
    await(1);
    must(!timer_stop(t));
    use(g_x);
    timer_free(t);
    return 0;
}
