/* P8: fences work through relaxed read-modify-writes. */
// tsan: fences order nothing
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    atomic_thread_fence(memory_order_release);
    use(atomic_fetch_add_explicit(&g_flag, 1, memory_order_relaxed));
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_fetch_add_explicit(&g_flag, 1, memory_order_relaxed) == 1);
    atomic_thread_fence(memory_order_acquire);
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
