/* G26: what is done after the store is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x, g_ready;

static void writer(void)
{
    rgo_atomic_store(&g_ready, 1);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    must(rgo_atomic_load(&g_ready));
    use(g_x);
}

int main(void)
{
    run2(writer, reader);
    return 0;
}
