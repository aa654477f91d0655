/* P12: the whole block is freed: a use at 110,000 bytes from its start. */
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
    block = (char *)malloc(120000);
    void *above = launder(malloc(100)); /* keeps the first block inside the heap */
    must(block && above);
    block[110000] = 1;
    join(spawn(releaser));
    use(block[110000]);
    free(above);
    return 0;
}
