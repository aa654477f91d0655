/* finds: assertion */
#include "threads.h"

/* The last one to let go frees; by two steps nobody or both are the last. */
static atomic_int references = 2, freed;

static void *release(void *unused)
{
#ifdef FIXED
    if (atomic_fetch_sub(&references, 1) == 1)
        atomic_fetch_add(&freed, 1);
#else
    atomic_fetch_sub(&references, 1);
    if (atomic_load(&references) == 0)
        atomic_fetch_add(&freed, 1);
#endif
    return unused;
}

int main(void)
{
    start_many(2, release);
    join_all();
    assert(atomic_load(&freed) == 1);
    return 0;
}
