/* P8: the old __sync builtins are full barriers. */
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    use(__sync_fetch_and_add((int *)&g_flag, 1));
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(__sync_val_compare_and_swap((int *)&g_flag, 1, 2) == 1);
    must(g_data == 1);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
