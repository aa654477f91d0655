/* HB: one wide write against the writes of two others: a race for each of the two bytes. */
// expect-location: g_both
// expect-frame: byte_zero
// expect-frame: wide
#include "../support/litmus.h"

union {
    long whole;
    char parts[8];
} g_both;

static void byte_zero(void)
{
    g_both.parts[0] = 1;
    meet(2);
}

static void byte_six(void)
{
    g_both.parts[6] = 1;
    meet(2);
}

static void wide(void)
{
    await_meeting(2);
    g_both.whole = -1;
}

int main(void)
{
    litmus_run3(byte_zero, byte_six, wide);
    return 0;
}
