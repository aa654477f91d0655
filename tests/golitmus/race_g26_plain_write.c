/* G26: a plain write and an atomic add. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
}

static void adder(void)
{
    await(1);
    rgo_atomic_add(&g_x, 1);
}

int main(void)
{
    run2(writer, adder);
    return 0;
}
