/* P8: exchange: release on one side, acquire on the other. */
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    use(atomic_exchange_explicit(&g_flag, 1, memory_order_release));
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_exchange_explicit(&g_flag, 2, memory_order_acquire) == 1);
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
