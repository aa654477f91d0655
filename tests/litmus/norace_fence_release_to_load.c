/* P8: a release fence and a relaxed store pair with an acquire load. */
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

static void consumer(void)
{
    await(1);
    must(atomic_load_explicit(&g_flag, memory_order_acquire) == 1);
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
