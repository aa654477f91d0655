/* finds: assertion */
#include "threads.h"

/* Retired slots are used again after a while, "when no reader can still be there". */
enum { SLOTS = 10 };
static atomic_int current, slots[SLOTS], readers;

static void *replace(void *unused)
{
    for (int i = 1; i <= SLOTS; i++) {
#ifdef FIXED
        while (atomic_load(&readers))
            continue;
        if (i == SLOTS)
            break;
#endif
        atomic_store(&slots[i % SLOTS], i);
        atomic_store(&current, i % SLOTS);
    }
    return unused;
}

static void *look(void *unused)
{
    atomic_fetch_add(&readers, 1);
    int slot = atomic_load(&current), value = atomic_load(&slots[slot]);
    atomic_fetch_sub(&readers, 1);
    assert(value == slot);
    return unused;
}

int main(void)
{
    start(look);
    start(replace);
    join_all();
    return 0;
}
