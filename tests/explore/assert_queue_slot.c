/* finds: assertion */
#include "threads.h"

/* A queue without locks for many producers: each reserves a slot, fills it and moves the end
 * forward. One that is faster moves the end over the slot of a slower one. */
enum { PRODUCERS = 2 };
static atomic_int slots[PRODUCERS];
static atomic_int reserved, published;

static void *produce(void *unused)
{
    int slot = atomic_fetch_add(&reserved, 1);
    atomic_store(&slots[slot], slot + 1);
#ifdef FIXED
    for (int expected = slot; !atomic_compare_exchange_strong(&published, &expected, slot + 1);)
        expected = slot;
#else
    atomic_fetch_add(&published, 1);
#endif
    return unused;
}

static void *consume(void *unused)
{
    int end = atomic_load(&published);
    for (int i = 0; i < end; i++)
        assert(atomic_load(&slots[i]) == i + 1);
    return unused;
}

int main(void)
{
    start_many(PRODUCERS, produce);
    start(consume);
    join_all();
    return 0;
}
