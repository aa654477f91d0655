/* P12: one thread alone: an access ordered after the free is a use after free. */
// expect: heap use-after-free
// expect-frame: release
// expect-frame: reuse
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static NOINLINE void release(int *p)
{
    free(p);
}

static NOINLINE void reuse(const int *p)
{
    use(*p);
}

int main(void)
{
    int *p = (int *)calloc(1, sizeof *p);
    must(p);
    int *stale = (int *)launder(p);
    release(p);
    reuse(stale);
    return 0;
}
