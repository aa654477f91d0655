/* P8: a successful compare-exchange releases and acquires with its success order. */
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    int expected = 0;
    g_data = 1;
    must(atomic_compare_exchange_strong_explicit(&g_flag, &expected, 1, memory_order_release,
                                                 memory_order_relaxed));
    reach(1);
}

static void consumer(void)
{
    int expected = 1;
    await(1);
    while (!atomic_compare_exchange_weak_explicit(&g_flag, &expected, 2, memory_order_acquire,
                                                  memory_order_relaxed))
        expected = 1;
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
