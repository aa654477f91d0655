/* P8: seq_cst includes release and acquire. */
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    atomic_store_explicit(&g_flag, 1, memory_order_seq_cst);
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(atomic_load_explicit(&g_flag, memory_order_seq_cst) == 1);
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
