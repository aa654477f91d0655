/* P8: a relaxed read-modify-write orders nothing by itself. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    use(atomic_exchange_explicit(&g_flag, 1, memory_order_relaxed));
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_exchange_explicit(&g_flag, 2, memory_order_relaxed) == 1);
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
