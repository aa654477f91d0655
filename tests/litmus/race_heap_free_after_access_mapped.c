/* P12: the free of a block beyond all quarantine, which gives its memory back to the kernel, races
 * with an access of its middle. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: freer
#include "../support/litmus.h"

#include <stdlib.h>

enum { SIZE = 200 << 20 };

char *g_block;

static void user(void)
{
    g_block[SIZE / 2] = 1;
    reach(1);
}

static void freer(void)
{
    await(1);
    free(g_block);
}

int main(void)
{
    g_block = launder(malloc(SIZE));
    litmus_run2(user, freer);
    return 0;
}
