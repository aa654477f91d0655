/* P8: seq_cst operations on different locations order nothing between threads. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flags[2];

static void producer(void)
{
    g_data = 1;
    atomic_store(&g_flags[0], 1);
    reach(1);
}

static void consumer(void)
{
    await(1);
    use(atomic_load(&g_flags[1]));
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
