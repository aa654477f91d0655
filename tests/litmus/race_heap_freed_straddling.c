/* P12: of eight bytes of which only the first two are the block's. */
// expect: heap use-after-free
// expect-frame: user
#include "../support/litmus.h"

#include <stdlib.h>

struct __attribute__((packed)) unaligned {
    long value;
};

char *g_block;

NOINLINE void user(void)
{
    use(((struct unaligned *)(g_block + 11))->value);
}

int main(void)
{
    g_block = launder(malloc(13));
    free(g_block);
    user();
    return 0;
}
