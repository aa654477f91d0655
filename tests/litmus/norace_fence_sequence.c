/* P8: a store after a release fence heads a sequence that another's relaxed RMW continues. */
// tsan: fences order nothing
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&g_flag, 1, memory_order_relaxed);
    reach(1);
}

static void passer(void)
{
    await(1);
    must(atomic_fetch_add_explicit(&g_flag, 1, memory_order_relaxed) == 1);
    reach(2);
}

static void consumer(void)
{
    await(2);
    must(atomic_load_explicit(&g_flag, memory_order_relaxed) == 2);
    atomic_thread_fence(memory_order_acquire);
    must(g_data == 1);
}

int main(void)
{
    litmus_run3(producer, passer, consumer);
    return 0;
}
