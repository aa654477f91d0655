/* P12: atomics on freed memory: a load, a store, a read-modify-write and a compare-exchange. */
// expect: heap use-after-free
// expect-frame: loads
// expect-frame: stores
// expect-frame: adds
// expect-frame: exchanges
// expect-count: 4
#include "../support/litmus.h"

#include <stdatomic.h>
#include <stdlib.h>

_Atomic int *g_block;

NOINLINE void loads(void)
{
    use(atomic_load(&g_block[0]));
}

NOINLINE void stores(void)
{
    atomic_store_explicit(&g_block[2], 1, memory_order_relaxed);
}

NOINLINE void adds(void)
{
    atomic_fetch_add(&g_block[4], 1);
}

NOINLINE void exchanges(void)
{
    int expected = 1;
    atomic_compare_exchange_strong(&g_block[6], &expected, 2);
}

int main(void)
{
    g_block = launder(calloc(8, sizeof *g_block));
    free(launder((void *)g_block));
    loads();
    stores();
    adds();
    exchanges();
    return 0;
}
