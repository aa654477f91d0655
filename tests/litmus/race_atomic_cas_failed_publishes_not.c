/* P8: a failed compare-exchange is no store and releases nothing. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    int expected = 5;
    g_data = 1;
    must(!atomic_compare_exchange_strong_explicit(&g_flag, &expected, 6, memory_order_acq_rel,
                                                  memory_order_acquire));
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_load_explicit(&g_flag, memory_order_acquire) == 0);
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
