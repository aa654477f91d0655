/* P8: a failed compare-exchange is a load with the failure order; relaxed acquires nothing. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    atomic_store_explicit(&g_flag, 1, memory_order_release);
    reach(1);
}

static void consumer(void)
{
    int expected = 5;
    await(1);
    must(!atomic_compare_exchange_strong_explicit(&g_flag, &expected, 6, memory_order_acq_rel,
                                                  memory_order_relaxed));
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
