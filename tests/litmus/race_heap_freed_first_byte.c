/* P12: a use after free of a block's first byte, after a join. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: freer
#include "../support/litmus.h"

#include <stdlib.h>

char *g_block;

static void freer(void)
{
    free(g_block);
}

static void user(void)
{
    use(g_block[0]);
}

int main(void)
{
    g_block = launder(malloc(13));
    join(spawn(freer));
    join(spawn(user));
    return 0;
}
