/* G23: Put is ordered before the Get that returns the same item. */
#include "golitmus.h"

pool g_pool;
int g_item, g_x;

static void giver(void)
{
    g_item = 1;
    g_x = 1;
    pool_put(&g_pool, &g_item);
}

static void taker(void)
{
    int *item;
    while (!(item = pool_get(&g_pool)))
        go_yield();
    must(*item == 1 && g_x == 1);
}

int main(void)
{
    run2(giver, taker);
    pool_done(&g_pool);
    return 0;
}
