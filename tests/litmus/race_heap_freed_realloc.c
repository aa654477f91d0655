/* P12: the old pointer after realloc, grown and shrunk; its last byte in both cases. */
// expect: heap use-after-free
// expect-frame: after_growth
// expect-frame: after_shrinking
// expect-count: 2
#include "../support/litmus.h"

#include <stdlib.h>

char *g_old;

NOINLINE void after_growth(void)
{
    use(g_old[39]);
}

NOINLINE void after_shrinking(void)
{
    use(g_old[39]);
}

int main(void)
{
    g_old = launder(malloc(40));
    char *grown = launder(realloc(g_old, 4000));
    after_growth();
    free(grown);
    g_old = launder(malloc(40));
    char *shrunk = launder(realloc(g_old, 20));
    after_shrinking();
    free(shrunk);
    return 0;
}
