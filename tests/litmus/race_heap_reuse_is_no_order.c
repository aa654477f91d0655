/* P12: free before malloc, in the allocator, is deliberately not an edge. */
// expect-location: g_x
// expect-frame: releaser
// expect-frame: allocator
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

int g_x;

static void releaser(void)
{
    g_x = 1;
    for (int i = 0; i < 20; i++)
        free(launder(malloc(64)));
    reach(1);
}

static void allocator(void)
{
    await(1);
    for (int i = 0; i < 20; i++)
        free(launder(malloc(64)));
    use(g_x);
}

int main(void)
{
    litmus_run2(releaser, allocator);
    return 0;
}
