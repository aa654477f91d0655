/* finds: assertion */
#include "threads.h"

/* The one who comes first says so before it is done, and the others do not wait. */
enum { STEPS = 12 };
static atomic_int begun, finished, table[STEPS];

static void *use(void *unused)
{
    if (!atomic_exchange(&begun, 1)) {
        for (int i = 0; i < STEPS; i++)
            atomic_store(&table[i], 1);
        atomic_store(&finished, 1);
    }
#ifdef FIXED
    while (!atomic_load(&finished))
        continue;
#endif
    int filled = 0;
    for (int i = STEPS - 1; i >= 0; i--)
        filled += atomic_load(&table[i]);
    assert(filled > 0);
    return unused;
}

int main(void)
{
    start_many(2, use);
    join_all();
    return 0;
}
