/* P8: a relaxed store by another thread ends the release sequence. */
// expect-location: g_data
// expect-frame: producer
// expect-count: 1
// tsan: a relaxed store leaves the released clock in place
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

static void intruder(void)
{
    await(1);
    atomic_store_explicit(&g_flag, 2, memory_order_relaxed);
    reach(2);
}

static void consumer(void)
{
    await(2);
    must(atomic_load_explicit(&g_flag, memory_order_acquire) == 2);
    use(g_data);
}

int main(void)
{
    litmus_run3(producer, intruder, consumer);
    return 0;
}
