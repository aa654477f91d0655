/* G26: the runtime's atomics order what is before a store with what is after the load that
 * sees it. */
#include "golitmus.h"

int g_x, g_ready;

static void writer(void)
{
    g_x = 1;
    rgo_atomic_store(&g_ready, 1);
}

static void reader(void)
{
    while (!rgo_atomic_load(&g_ready))
        go_yield();
    must(g_x == 1);
}

int main(void)
{
    run2(writer, reader);
    return 0;
}
