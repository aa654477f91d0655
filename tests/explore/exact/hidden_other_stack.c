/* traces: 4
 * by hand: as hidden_global.c; a variable of main's. */
#include "hidden.h"

static int *looks;

HIDDEN static bool had_enough(void)
{
    return ++*looks == 3;
}

int main(void)
{
    int here = 0;
    looks = &here;
    wait_and_set();
}
