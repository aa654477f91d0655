/* P12: a mere read, unordered before the free, races with it. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: releaser
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static int *block;

static void user(void)
{
    use(block[3]);
    reach(1);
}

static void releaser(void)
{
    await(1);
    free(block);
}

int main(void)
{
    block = (int *)calloc(25, 4);
    must(block);
    litmus_run2(user, releaser);
    return 0;
}
