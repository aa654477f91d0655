/* finds: assertion */
#include "threads.h"

/* Readers count themselves in by the phase that they saw; who replaces the data changes the phase
 * and waits for those of the old one. A reader may have seen the phase long before it counts: after
 * two replacements nobody waits for it. So the phase has to be changed twice each time. */
enum { UPDATES = 2, SLOTS = UPDATES + 1 };
static atomic_int phase, readers[2], current;
static atomic_bool reclaimed[SLOTS];

static void *look(void *unused)
{
    int mine = atomic_load(&phase);
    atomic_fetch_add(&readers[mine], 1);
    int slot = atomic_load(&current);
    work_for(1);
    assert(!atomic_load(&reclaimed[slot]));
    atomic_fetch_sub(&readers[mine], 1);
    return unused;
}

static void phase_change(void)
{
    int old = atomic_load(&phase);
    atomic_store(&phase, !old);
    while (atomic_load(&readers[old]))
        continue;
}

static void *replace(void *unused)
{
    for (int i = 0; i < UPDATES; i++) {
        work_for(4);
        atomic_store(&current, i + 1);
        phase_change();
#ifdef FIXED
        phase_change();
#endif
        atomic_store(&reclaimed[i], true);
    }
    return unused;
}

int main(void)
{
    start(look);
    start(replace);
    join_all();
    return 0;
}
