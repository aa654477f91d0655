/* G29: who finds it done is not ordered before others. */
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
    reach(1);
}

static void second(void)
{
    await(1);
    g_x = 1;
    once_do(&g_once, nothing);
    reach(2);
}

static void third(void)
{
    await(2);
    once_do(&g_once, nothing);
    use(g_x);
}

int main(void)
{
    run3(first, second, third);
    return 0;
}
