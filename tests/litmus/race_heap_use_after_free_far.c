/* P12: the whole block is freed: a use at 900,000 bytes from its start. */
// expect: heap use-after-free
// expect-count: 1
// tsan: only the first 1024 bytes of a freed block are watched
#include "../support/litmus.h"
#include <stdlib.h>

static char *block;

static void releaser(void)
{
    free(launder(block));
}

int main(void)
{
    /* Above the mmap threshold of plain malloc; stays mapped only if quarantined. */
    block = (char *)malloc(1000000);
    must(block);
    block[900000] = 1;
    join(spawn(releaser));
    use(block[900000]);
    return 0;
}
