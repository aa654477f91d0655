/* P9: a plain initialisation that is ordered before the first atomic access. */
#include "../support/litmus.h"

int g_x;

static void worker(void)
{
    __atomic_fetch_add(&g_x, 1, __ATOMIC_RELAXED);
}

int main(void)
{
    g_x = 5;
    litmus_run2(worker, worker);
    must(g_x == 7);
    return 0;
}
