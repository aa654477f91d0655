/* P12: a live block right behind a freed one, and the bytes between them that are nobody's. */
#include "../support/litmus.h"

#include <stdlib.h>

enum { BLOCKS = 64 };

int main(void)
{
    static char *blocks[BLOCKS];
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = launder(malloc(13));
    for (int i = 0; i < BLOCKS; i += 2)
        free(launder(blocks[i]));
    for (int i = 1; i < BLOCKS; i += 2)
        for (int byte = 0; byte < 13; byte++)
            blocks[i][byte] = 1;
    return 0;
}
