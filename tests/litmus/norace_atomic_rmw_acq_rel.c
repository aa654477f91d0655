/* P8: read-modify-writes release and acquire. */
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    use(atomic_fetch_add_explicit(&g_flag, 1, memory_order_acq_rel));
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_fetch_add_explicit(&g_flag, 1, memory_order_acq_rel) == 1);
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
