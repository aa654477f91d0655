/* G23: what is done with an item after it was put. */
// expect-location: g_item
// expect-count: 1
#include "golitmus.h"

pool g_pool;
int g_item;

static void giver(void)
{
    pool_put(&g_pool, &g_item);
    g_item = 1;
    reach(1);
}

static void taker(void)
{
    await(1);
    int *item = pool_get(&g_pool);
    must(item);
    use(*item);
}

int main(void)
{
    run2(giver, taker);
    pool_done(&g_pool);
    return 0;
}
