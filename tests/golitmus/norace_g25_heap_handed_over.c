/* G25, G1, P12: blocks that one goroutine makes and another frees, again and again. */
#include "golitmus.h"

#include <stdlib.h>
#include <string.h>

static chan(char *) blocks;

static void maker(void)
{
    for (int i = 0; i < 50; i++) {
        char *block = malloc(40);
        memset(block, i, 40);
        chan_send(blocks, block);
    }
    chan_close(blocks);
}

static void ender(void)
{
    int expected = 0;
    chan_range(block, blocks) {
        must(block[0] == expected && block[39] == expected);
        expected++;
        free(block);
    }
}

int main(void)
{
    blocks = chan_make(char *, 4);
    run2(maker, ender);
    chan_free(blocks);
    return 0;
}
