/* G19: an unlock that is deferred. */
#include "golitmus.h"

mutex g_lock;
int g_x;

static void increment(void)
{
    mutex_lock(&g_lock);
    defer(rgo_mutex_unlock, &g_lock);
    g_x++;
}

static void worker(void)
{
    for (int i = 0; i < 20; i++)
        increment();
}

int main(void)
{
    run2(worker, worker);
    must(g_x == 40);
    return 0;
}
