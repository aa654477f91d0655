/* P8: a release fence publishes the clock at the fence; the write came after it. */
// tsan: fences order nothing: one report too many
// expect-location: g_late
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_early;
int g_late;
atomic_int g_flag;

static void producer(void)
{
    g_early = 1;
    atomic_thread_fence(memory_order_release);
    g_late = 1;
    atomic_store_explicit(&g_flag, 1, memory_order_relaxed);
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_load_explicit(&g_flag, memory_order_acquire) == 1);
    use(g_early);
    use(g_late);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
