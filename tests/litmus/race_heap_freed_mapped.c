/* P12: of any place in a block that is large enough to have a mapping of its own. */
// expect: heap use-after-free
// expect-frame: first
// expect-frame: middle
// expect-frame: last
// expect-count: 3
// tsan: it crashes on a freed block that had a mapping of its own
#include "../support/litmus.h"

#include <stdlib.h>

enum { SIZE = (4 << 20) + 3 };

char *g_block;

NOINLINE void first(void)
{
    g_block[0] = 1;
}

NOINLINE void middle(void)
{
    g_block[SIZE / 2] = 1;
}

NOINLINE void last(void)
{
    g_block[SIZE - 1] = 1;
}

int main(void)
{
    g_block = launder(malloc(SIZE));
    free(g_block);
    first();
    middle();
    last();
    return 0;
}
