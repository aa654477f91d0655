/* P12: free is a write of the whole block: an earlier unordered access races with it. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: releaser
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static char *block;

static void user(void)
{
    block[77] = 1;
    reach(1);
}

static void releaser(void)
{
    await(1);
    free(block);
}

int main(void)
{
    block = (char *)malloc(100);
    must(block);
    litmus_run2(user, releaser);
    return 0;
}
