/* G19: each its own mutex. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_one, g_other;
int g_x;

static void first(void)
{
    mutex_lock(&g_one);
    g_x = 1;
    mutex_unlock(&g_one);
    reach(1);
}

static void second(void)
{
    await(1);
    mutex_lock(&g_other);
    use(g_x);
    mutex_unlock(&g_other);
}

int main(void)
{
    run2(first, second);
    return 0;
}
