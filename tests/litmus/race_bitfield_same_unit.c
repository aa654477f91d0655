/* HB: adjacent bit-fields are one memory location (C11 3.14). */
// expect-location: g_flags
#include "../support/litmus.h"

struct flags {
    unsigned low : 4;
    unsigned high : 4;
};
struct flags g_flags;

static void set_low(void)
{
    g_flags.low = 5;
    reach(1);
}

static void set_high(void)
{
    await(1);
    g_flags.high = 5;
}

int main(void)
{
    litmus_run2(set_low, set_high);
    return 0;
}
