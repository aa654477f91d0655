/* G24: two goroutines that have ended timers of their own are ordered by nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void first(void)
{
    timer_free(timer_new(seconds(100)));
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    timer_free(timer_new(seconds(100)));
    g_x = 2;
}

int main(void)
{
    run2(first, second);
    return 0;
}
