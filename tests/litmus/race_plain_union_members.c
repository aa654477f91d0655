/* HB: union members share their bytes. */
// expect-location: g_union
// expect-count: 1
#include "../support/litmus.h"

union number {
    double real;
    unsigned char bytes[8];
};
union number g_union;

static void as_double(void)
{
    g_union.real = 1.5;
    reach(1);
}

static void as_bytes(void)
{
    await(1);
    use(g_union.bytes[7]);
}

int main(void)
{
    litmus_run2(as_double, as_bytes);
    return 0;
}
