/* G29: what is done after the call is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

once g_once;
int g_x;

static void nothing(void)
{
}

static void first(void)
{
    once_do(&g_once, nothing);
    g_x = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    once_do(&g_once, nothing);
    use(g_x);
}

int main(void)
{
    run2(first, second);
    return 0;
}
