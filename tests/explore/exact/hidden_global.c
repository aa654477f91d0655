/* traces: 4
 * by hand: three looks, each of which may be the first that sees the flag, or none. */
#include "hidden.h"

static int looks;

HIDDEN static bool had_enough(void)
{
    return ++looks == 3;
}

int main(void)
{
    wait_and_set();
}
