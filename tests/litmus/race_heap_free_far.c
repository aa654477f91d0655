/* P12: the whole block is written by free: an unordered write at 100,000 bytes from its start. */
// expect: heap use-after-free
// expect-frame: user
// expect-count: 1
// tsan: only the first 1024 bytes of a freed block are watched
#include "../support/litmus.h"
#include <stdlib.h>

static char *block;

static void user(void)
{
    block[100000] = 1;
    reach(1);
}

static void releaser(void)
{
    await(1);
    free(block);
}

int main(void)
{
    block = (char *)malloc(120000);
    must(block);
    litmus_run2(user, releaser);
    return 0;
}
