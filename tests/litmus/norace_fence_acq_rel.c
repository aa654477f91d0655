/* P8: an acq_rel fence is a release and an acquire fence. */
// tsan: fences order nothing
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    atomic_thread_fence(memory_order_acq_rel);
    atomic_store_explicit(&g_flag, 1, memory_order_relaxed);
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_load_explicit(&g_flag, memory_order_relaxed) == 1);
    atomic_thread_fence(memory_order_acq_rel);
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
