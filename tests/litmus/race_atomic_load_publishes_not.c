/* P8: a load, of whatever order, releases nothing to the next load. */
// expect-location: g_data
// expect-count: 1
#include "../support/litmus.h"
#include <stdatomic.h>

int g_data;
atomic_int g_flag;

static void producer(void)
{
    g_data = 1;
    use(atomic_load(&g_flag));
    reach(1);
}

static void consumer(void)
{
    await(1);
    use(atomic_load(&g_flag));
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
