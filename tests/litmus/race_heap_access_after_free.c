/* P12: an access after an unordered free. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: releaser
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static char *block;

static void releaser(void)
{
    free(block);
    reach(1);
}

static void user(void)
{
    await(1);
    use(block[5]);
}

int main(void)
{
    block = (char *)calloc(100, 1);
    must(block);
    litmus_run2(releaser, user);
    return 0;
}
