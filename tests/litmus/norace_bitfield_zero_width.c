/* HB: a zero-width bit-field ends the unit: the two sides are different memory locations. */
#include "../support/litmus.h"

struct flags {
    unsigned low : 4;
    unsigned : 0;
    unsigned high : 4;
};
struct flags g_flags;

static void set_low(void)
{
    meet(2);
    g_flags.low = 5;
}

static void set_high(void)
{
    meet(2);
    g_flags.high = 5;
}

int main(void)
{
    litmus_run2(set_low, set_high);
    return 0;
}
