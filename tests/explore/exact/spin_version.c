/* traces: 4
 * A compare-exchange of a value and its version together: who is first; and the other has looked
 * before, so that it has to try twice, or not. */
#include <stdint.h>

#include "threads.h"

static _Atomic uint64_t both; /* version, value */

static void *run(void *number)
{
    uint64_t before = atomic_load(&both), after;
    do
        after = ((before >> 32) + 1) << 32 | (uint32_t)(before + 1);
    while (!atomic_compare_exchange_strong(&both, &before, after));
    return number;
}

int main(void)
{
    start_many(2, run);
    join_all();
    assert(both == (UINT64_C(2) << 32 | 2));
}
