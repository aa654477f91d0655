/* P12: of its last byte, which no word ends with; the byte behind it is nobody's. */
// expect: heap use-after-free
// expect-frame: user
// expect-count: 1
#include "../support/litmus.h"

#include <stdlib.h>

char *g_block;

NOINLINE void user(void)
{
    g_block[12] = 1;
}

int main(void)
{
    g_block = launder(malloc(13));
    free(g_block);
    user();
    return 0;
}
