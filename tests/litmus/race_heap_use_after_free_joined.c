/* P12: the freeing thread was joined; the access is ordered after the free, and too late. */
// expect: heap use-after-free
// expect-frame: releaser
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static char *block;

static void releaser(void)
{
    free(launder(block));
}

int main(void)
{
    block = (char *)malloc(64);
    must(block);
    join(spawn(releaser));
    block[10] = 1;
    return 0;
}
