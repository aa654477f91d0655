/* G26: a compare-and-swap that fails publishes nothing: it was a load. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x, g_flag;

static void writer(void)
{
    g_x = 1;
    must(!rgo_atomic_cas(&g_flag, 5, 1));
    reach(1);
}

static void reader(void)
{
    await(1);
    must(rgo_atomic_load(&g_flag) == 0);
    use(g_x);
}

int main(void)
{
    run2(writer, reader);
    return 0;
}
