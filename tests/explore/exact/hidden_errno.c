/* traces: 4
 * by hand: as hidden_global.c. */
#include <errno.h>

#include "hidden.h"

HIDDEN static bool had_enough(void)
{
    return ++errno == 3;
}

int main(void)
{
    wait_and_set();
}
