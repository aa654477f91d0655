/* G25: two goroutines of one parent. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void first(void)
{
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    run2(first, second);
    return 0;
}
