/* traces: 4
 * by hand: as hidden_global.c; a block so large that malloc maps it. */
#include <stdlib.h>

#include "hidden.h"

static int *looks;

HIDDEN static bool had_enough(void)
{
    return ++looks[1 << 16] == 3;
}

int main(void)
{
    looks = calloc(1 << 17, sizeof *looks);
    wait_and_set();
    free(looks);
}
