/* G25, P12: a block that one goroutine frees and another still reads. */
// expect: heap use-after-free
// expect-frame: reader
// expect-frame: owner
// expect-count: 1
#include "golitmus.h"

#include <stdlib.h>

int *g_block;

static void reader(void)
{
    use(*g_block);
    reach(1);
}

static void owner(void)
{
    await(1);
    free(g_block);
}

int main(void)
{
    g_block = calloc(1, sizeof *g_block);
    run2(reader, owner);
    return 0;
}
