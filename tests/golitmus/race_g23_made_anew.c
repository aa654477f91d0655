/* G23: a Get that finds nothing and makes an item is not ordered after what was put and taken
 * before. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

pool g_pool;
int g_item, g_x;

static void *make(void *context)
{
    (void)context;
    return &g_item;
}

static void first(void)
{
    g_x = 1;
    pool_put(&g_pool, &g_item);
    must(pool_get(&g_pool) == &g_item);
    reach(1);
}

static void second(void)
{
    await(1);
    must(pool_get(&g_pool) == &g_item);
    use(g_x);
}

int main(void)
{
    g_pool = (pool){.make = make};
    run2(first, second);
    pool_done(&g_pool);
    return 0;
}
