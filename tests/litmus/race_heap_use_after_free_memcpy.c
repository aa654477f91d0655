/* P12: a memory function uses a freed block. */
// expect: heap use-after-free
// expect-count: 1
// flags: -fno-builtin
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>

static char *block;
char g_copy[64];

static void releaser(void)
{
    free(launder(block));
}

int main(void)
{
    block = (char *)calloc(64, 1);
    must(block);
    join(spawn(releaser));
    memcpy(g_copy, block, 32);
    return 0;
}
