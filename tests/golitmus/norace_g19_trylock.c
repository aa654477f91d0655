/* G19: a trylock that succeeds is a lock. */
#include "golitmus.h"

mutex g_lock;
int g_x;

static void first(void)
{
    must(mutex_trylock(&g_lock));
    g_x = 1;
    mutex_unlock(&g_lock);
    reach(1);
}

static void second(void)
{
    await(1);
    while (!mutex_trylock(&g_lock))
        go_yield();
    must(g_x == 1);
    mutex_unlock(&g_lock);
}

int main(void)
{
    run2(first, second);
    return 0;
}
