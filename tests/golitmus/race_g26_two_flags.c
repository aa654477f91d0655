/* G26: two flags: the order of all atomics among themselves orders no plain access. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x, g_one, g_two;

static void writer(void)
{
    g_x = 1;
    rgo_atomic_store(&g_one, 1);
    reach(1);
}

static void reader(void)
{
    await(1);
    rgo_atomic_store(&g_two, 1);
    must(rgo_atomic_load(&g_two));
    use(g_x);
}

int main(void)
{
    run2(writer, reader);
    return 0;
}
