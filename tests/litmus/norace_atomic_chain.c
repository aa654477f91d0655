/* P8: order is transitive over two flags. */
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_first;
atomic_int g_second;

static void producer(void)
{
    g_data = 1;
    atomic_store_explicit(&g_first, 1, memory_order_release);
    reach(1);
}

static void messenger(void)
{
    await(1);
    must(atomic_load_explicit(&g_first, memory_order_acquire) == 1);
    atomic_store_explicit(&g_second, 1, memory_order_release);
    reach(2);
}

static void consumer(void)
{
    await(2);
    must(atomic_load_explicit(&g_second, memory_order_acquire) == 1);
    must(g_data == 1);
}

int main(void)
{
    litmus_run3(producer, messenger, consumer);
    return 0;
}
