/* G19: a trylock that fails orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

mutex g_lock;
int g_x;

static void first(void)
{
    g_x = 1;
    mutex_lock(&g_lock);
    mutex_unlock(&g_lock);
    mutex_lock(&g_lock);
    reach(1);
    await(2);
    mutex_unlock(&g_lock);
}

static void second(void)
{
    await(1);
    must(!mutex_trylock(&g_lock));
    use(g_x);
    reach(2);
}

int main(void)
{
    run2(first, second);
    return 0;
}
