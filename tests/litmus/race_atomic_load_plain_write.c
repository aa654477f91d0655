/* P9: an atomic load and a later plain write. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;

static void atomic_reader(void)
{
    use(__atomic_load_n(&g_x, __ATOMIC_ACQUIRE));
    reach(1);
}

static void plain_writer(void)
{
    await(1);
    g_x = 1;
}

int main(void)
{
    litmus_run2(atomic_reader, plain_writer);
    return 0;
}
