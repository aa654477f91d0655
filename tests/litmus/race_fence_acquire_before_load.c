/* P8: an acquire fence joins what earlier loads saw, not what a later one sees. */
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
    await(1);
    atomic_thread_fence(memory_order_acquire);
    must(atomic_load_explicit(&g_flag, memory_order_relaxed) == 1);
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
