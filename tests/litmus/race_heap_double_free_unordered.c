/* P12: a double free by two threads that nothing orders. */
// expect: double free
// expect-frame: first
// expect-frame: second
#include "../support/litmus.h"

#include <stdlib.h>

char *g_block;

static void first(void)
{
    free(launder(g_block));
    reach(1);
}

static void second(void)
{
    await(1);
    free(launder(g_block));
}

int main(void)
{
    g_block = launder(malloc(8));
    litmus_run2(first, second);
    return 0;
}
