/* P12: a double free in one thread, of a block and of what realloc has moved. */
// expect: double free
// expect-frame: again
// expect-frame: moved
// expect-count: 2
#include "../support/litmus.h"

#include <stdlib.h>

char *g_block, *g_moved;

NOINLINE void again(void)
{
    free(launder(g_block));
}

NOINLINE void moved(void)
{
    free(launder(g_moved));
}

int main(void)
{
    g_block = launder(malloc(8));
    free(launder(g_block));
    again();
    g_moved = launder(malloc(8));
    free(launder(realloc(g_moved, 800)));
    moved();
    return 0;
}
