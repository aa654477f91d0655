/* G26: an atomic write and a plain read. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void writer(void)
{
    rgo_atomic_store(&g_x, 1);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    run2(writer, reader);
    return 0;
}
