/* P12: realloc frees the old block: an unordered earlier access races with it. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: grower
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static char *block;
static char *grown;

static void user(void)
{
    block[3] = 1;
    reach(1);
}

static void grower(void)
{
    await(1);
    grown = (char *)realloc(block, 1 << 20);
    must(grown);
}

int main(void)
{
    block = (char *)malloc(64);
    must(block);
    litmus_run2(user, grower);
    return 0;
}
