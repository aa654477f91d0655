/* traces: 4
 * by hand: as hidden_global.c; what libc keeps for itself. */
#include <stdlib.h>

#include "hidden.h"

static int last;

static bool had_enough(void)
{
    return rand() == last;
}

int main(void)
{
    srand(1);
    for (int i = 0; i < 3; i++)
        last = rand();
    srand(1);
    wait_and_set();
}
