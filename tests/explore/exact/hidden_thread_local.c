/* traces: 4
 * by hand: as hidden_global.c. */
#include "hidden.h"

static __thread int looks;

HIDDEN static bool had_enough(void)
{
    return ++looks == 3;
}

int main(void)
{
    wait_and_set();
}
