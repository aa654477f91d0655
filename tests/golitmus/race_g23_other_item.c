/* G23: the Get is ordered after the Put of the item that it returns, not after that of
 * another. */
// expect-location: g_[fs][a-z]*
// expect-count: 1
#include "golitmus.h"

pool g_pool;
int g_first, g_second;

static void first_giver(void)
{
    g_first = 1;
    pool_put(&g_pool, &g_first);
    reach(1);
}

static void second_giver(void)
{
    await(1);
    g_second = 1;
    pool_put(&g_pool, &g_second);
    reach(2);
}

static void taker(void)
{
    await(2);
    int *item = pool_get(&g_pool);
    use(item == &g_first ? g_second : g_first);
}

int main(void)
{
    run3(first_giver, second_giver, taker);
    pool_done(&g_pool);
    return 0;
}
