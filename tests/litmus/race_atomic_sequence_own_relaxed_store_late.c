/* P8: the relaxed store that continues the sequence publishes the clock of its head: what came
 * between the two is not covered. */
// expect-location: g_late
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
int g_late;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    atomic_store_explicit(&g_flag, 1, memory_order_release);
    g_late = 1;
    atomic_store_explicit(&g_flag, 2, memory_order_relaxed);
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_load_explicit(&g_flag, memory_order_acquire) == 2);
    use(g_data);
    use(g_late);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
