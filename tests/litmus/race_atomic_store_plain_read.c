/* P9: an atomic store and an unordered plain read. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void atomic_writer(void)
{
    __atomic_store_n(&g_x, 1, __ATOMIC_SEQ_CST);
    reach(1);
}

static void plain_reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    litmus_run2(atomic_writer, plain_reader);
    return 0;
}
