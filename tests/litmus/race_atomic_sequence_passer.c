/* P8: the relaxed RMW that continues a release sequence publishes nothing of its own. */
// expect-location: g_passers
// expect-frame: passer
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
int g_passers;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    atomic_store_explicit(&g_flag, 1, memory_order_release);
    reach(1);
}

static void passer(void)
{
    await(1);
    g_passers = 1;
    must(atomic_fetch_add_explicit(&g_flag, 1, memory_order_relaxed) == 1);
    reach(2);
}

static void consumer(void)
{
    await(2);
    must(atomic_load_explicit(&g_flag, memory_order_acquire) == 2);
    use(g_data);
    use(g_passers);
}

int main(void)
{
    litmus_run3(producer, passer, consumer);
    return 0;
}
