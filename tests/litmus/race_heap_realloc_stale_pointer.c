/* P12: a use of the old address after realloc moved the block. */
// expect: heap use-after-free
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static char *grown;

static NOINLINE char *grow(char *p)
{
    return (char *)realloc(p, 1 << 20);
}

int main(void)
{
    char *block = (char *)calloc(1, 64);
    char *stale = (char *)launder(block);
    grown = grow(block);
    must(grown && grown != stale);
    use(stale[0]);
    free(grown);
    return 0;
}
