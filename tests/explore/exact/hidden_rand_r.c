/* traces: 4
 * by hand: as hidden_global.c; what libc writes for the program. */
#include <stdlib.h>

#include "hidden.h"

static unsigned seed = 1, last = 1;

static bool had_enough(void)
{
    rand_r(&seed);
    return seed == last;
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        rand_r(&last);
    wait_and_set();
}
