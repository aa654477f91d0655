/* HB: check and stamp are one step, so two first accesses at the same moment do not miss
 * each other. */
// expect-location: g_x
// expect-frame: left
// expect-frame: right
// tsan: cell check and store are two steps; it may miss
#include "../support/litmus.h"

int g_x;

static void left(void)
{
    meet(2);
    g_x = 1;
}

static void right(void)
{
    meet(2);
    g_x = 2;
}

int main(void)
{
    litmus_run2(left, right);
    return 0;
}
