/* P8: two seq_cst fences, without an atomic access that reads from another, order nothing. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;

static void producer(void)
{
    g_data = 1;
    atomic_thread_fence(memory_order_seq_cst);
    reach(1);
}

static void consumer(void)
{
    await(1);
    atomic_thread_fence(memory_order_seq_cst);
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
