/* G29: another once. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

once g_one, g_other;
int g_x;

static void set(void)
{
    g_x = 1;
}

static void nothing(void)
{
}

static void first(void)
{
    once_do(&g_one, set);
    reach(1);
}

static void second(void)
{
    await(1);
    once_do(&g_other, nothing);
    use(g_x);
}

int main(void)
{
    run2(first, second);
    return 0;
}
