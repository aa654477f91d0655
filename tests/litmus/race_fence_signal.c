/* P8: signal fences order no two threads. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store_explicit(&g_flag, 1, memory_order_relaxed);
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_load_explicit(&g_flag, memory_order_relaxed) == 1);
    atomic_signal_fence(memory_order_seq_cst);
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
