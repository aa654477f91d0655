/* finds: assertion */
#include "threads.h"

/* Two threads add one, several times, by a load and a store. The least that can be left is two:
 * one's first store comes after all but the last of the other's, which began after it. */
enum { TIMES = 3 };
static atomic_int counter;

static void *count(void *unused)
{
    for (int i = 0; i < TIMES; i++) {
#ifdef FIXED
        atomic_fetch_add(&counter, 1);
#else
        int seen = atomic_load(&counter);
        atomic_store(&counter, seen + 1);
#endif
    }
    return unused;
}

int main(void)
{
    start_many(2, count);
    join_all();
    assert(atomic_load(&counter) > 2);
    return 0;
}
