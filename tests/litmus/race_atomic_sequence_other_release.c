/* P8: a release store by another thread replaces what the first one published. */
// expect-location: g_first
// expect-frame: first
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_first;
int g_second;
atomic_int g_flag;

static void first(void)
{
    g_first = 1;
    atomic_store_explicit(&g_flag, 1, memory_order_release);
    reach(1);
}

static void second(void)
{
    await(1);
    g_second = 1;
    atomic_store_explicit(&g_flag, 2, memory_order_release);
    reach(2);
}

static void consumer(void)
{
    await(2);
    must(atomic_load_explicit(&g_flag, memory_order_acquire) == 2);
    use(g_second);
    use(g_first);
}

int main(void)
{
    litmus_run3(first, second, consumer);
    return 0;
}
