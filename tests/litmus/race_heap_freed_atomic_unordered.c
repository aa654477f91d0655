/* P12: the free races with an atomic reference count that was let go without acquire. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: freer
#include "../support/litmus.h"

#include <stdatomic.h>
#include <stdlib.h>

_Atomic int *g_count;

static void user(void)
{
    atomic_fetch_sub_explicit(g_count, 1, memory_order_relaxed);
    reach(1);
}

static void freer(void)
{
    await(1);
    free(launder((void *)g_count));
}

int main(void)
{
    g_count = launder(calloc(1, sizeof *g_count));
    litmus_run2(user, freer);
    return 0;
}
