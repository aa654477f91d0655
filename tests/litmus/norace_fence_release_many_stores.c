/* P8: one release fence serves each later store, of whatever location. */
// tsan: fences order nothing
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_first;
atomic_int g_second;

static void producer(void)
{
    g_data = 1;
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&g_first, 1, memory_order_relaxed);
    atomic_store_explicit(&g_second, 1, memory_order_relaxed);
    reach(1);
}

static void first(void)
{
    await(1);
    must(atomic_load_explicit(&g_first, memory_order_acquire) == 1);
    must(g_data == 1);
}

static void second(void)
{
    await(1);
    must(atomic_load_explicit(&g_second, memory_order_acquire) == 1);
    must(g_data == 1);
}

int main(void)
{
    litmus_run3(producer, first, second);
    return 0;
}
