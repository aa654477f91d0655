/* G29, G11: the same for one who comes while the function runs. */
#include "golitmus.h"

once g_once;
int g_x;

static void set_up(void)
{
    reach(1);
    await_waiter(&g_once.waiters);
    g_x = 1;
}

static void first(void)
{
    once_do(&g_once, set_up);
}

static void second(void)
{
    await(1);
    once_do(&g_once, set_up);
    must(g_x == 1);
}

int main(void)
{
    run3(first, second, second);
    return 0;
}
