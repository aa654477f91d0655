/* G26: a load that sees the old value orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x, g_ready;

static void writer(void)
{
    await(1);
    g_x = 1;
    rgo_atomic_store(&g_ready, 1);
    reach(2);
}

static void reader(void)
{
    must(!rgo_atomic_load(&g_ready));
    reach(1);
    await(2);
    use(g_x);
}

int main(void)
{
    run2(writer, reader);
    return 0;
}
