/* P8: the load before the acquire fence read the initial value, so it saw nothing. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void consumer(void)
{
    must(atomic_load_explicit(&g_flag, memory_order_relaxed) == 0);
    reach(1);
    await(2);
    atomic_thread_fence(memory_order_acquire);
    use(g_data);
}

static void producer(void)
{
    await(1);
    g_data = 1;
    atomic_store_explicit(&g_flag, 1, memory_order_release);
    reach(2);
}

int main(void)
{
    litmus_run2(consumer, producer);
    return 0;
}
