/* P12: the allocator gives out parts of a large block that was freed and of which little had been
 * used, in pieces of all sizes. */
// options: quarantine=0
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>

enum { SIZE = 100000, PIECES = 60 };

static void pieces(void)
{
    char *piece[PIECES];
    for (int i = 0; i < PIECES; i++) {
        size_t size = 24 + (size_t)i * 37;
        piece[i] = malloc(size);
        must(piece[i] != NULL);
        memset(launder(piece[i]), i, size);
    }
    for (int i = 0; i < PIECES; i++)
        free(piece[i]);
}

static void churn(void)
{
    for (int i = 0; i < 20; i++) {
        char *block = malloc(SIZE);
        must(block != NULL);
        memset((char *)launder(block) + i * 1000, i, 700);
        free(launder(block));
        pieces();
    }
}

int main(void)
{
    litmus_run2(churn, churn);
    return 0;
}
