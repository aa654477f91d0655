/* traces: 4
 * by hand: as hidden_global.c; the place in the string is libc's. */
#include <string.h>

#include "hidden.h"

static char text[] = "one two three";

static bool had_enough(void)
{
    return !strtok(NULL, " ");
}

int main(void)
{
    strtok(text, " ");
    wait_and_set();
}
