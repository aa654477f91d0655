/* P12: a double free by two threads, one after the other. */
// expect: double free
// expect-frame: first
// expect-frame: second
#include "../support/litmus.h"

#include <stdlib.h>

char *g_block;

static void first(void)
{
    free(launder(g_block));
}

static void second(void)
{
    free(launder(g_block));
}

int main(void)
{
    g_block = launder(malloc(8));
    join(spawn(first));
    join(spawn(second));
    return 0;
}
