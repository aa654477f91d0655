/* P12: a block of posix_memalign, used after an unordered free. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: releaser
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static void *block;

static void user(void)
{
    ((char *)block)[150] = 1;
    reach(1);
}

static void releaser(void)
{
    await(1);
    free(block);
}

int main(void)
{
    must(posix_memalign(&block, 4096, 200) == 0);
    litmus_run2(user, releaser);
    return 0;
}
