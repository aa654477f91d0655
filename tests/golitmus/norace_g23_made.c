/* G23: what make did to a fresh item. */
#include "golitmus.h"

pool g_pool;
int g_item, g_x;

static void *make(void *context)
{
    (void)context;
    g_x = 1;
    g_item = 5;
    return &g_item;
}

static void first(void)
{
    int *item = pool_get(&g_pool);
    must(*item == 5 && g_x == 1);
    pool_put(&g_pool, item);
    reach(1);
}

static void second(void)
{
    await(1);
    int *item = pool_get(&g_pool);
    must(*item == 5 && g_x == 1);
}

int main(void)
{
    g_pool = (pool){.make = make};
    run2(first, second);
    pool_done(&g_pool);
    return 0;
}
