/* G25: with one processor a yield lets the others run, and orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void first(void)
{
    g_x = 1;
    go_yield();
    reach(1);
}

static void second(void)
{
    await(1);
    go_yield();
    use(g_x);
}

int main(void)
{
    run2(first, second);
    return 0;
}
