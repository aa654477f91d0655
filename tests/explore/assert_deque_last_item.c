/* finds: assertion */
#include "threads.h"

/* A work-stealing deque: the owner pushes and pops at the bottom, thieves take from the top. For
 * the last item both must agree on top; this owner just takes it. */
enum { ITEMS = 3 };
static atomic_long top, bottom;
static atomic_int taken[ITEMS];

static void take(long item)
{
    assert(atomic_fetch_add(&taken[item], 1) == 0);
}

static void pop(void)
{
    long b = atomic_load(&bottom) - 1;
    atomic_store(&bottom, b);
    long t = atomic_load(&top);
    if (t > b) {
        atomic_store(&bottom, b + 1);
        return;
    }
#ifdef FIXED
    if (t == b) {
        bool mine = atomic_compare_exchange_strong(&top, &t, t + 1);
        atomic_store(&bottom, b + 1);
        if (!mine)
            return;
    }
#endif
    take(b);
}

static void *own(void *unused)
{
    for (int i = 0; i < ITEMS; i++)
        atomic_store(&bottom, i + 1);
    for (int i = 0; i < ITEMS; i++)
        pop();
    return unused;
}

static void *steal(void *unused)
{
    for (int i = 0; i < ITEMS; i++) {
        long t = atomic_load(&top), b = atomic_load(&bottom);
        if (t < b && atomic_compare_exchange_strong(&top, &t, t + 1))
            take(t);
    }
    return unused;
}

int main(void)
{
    start(own);
    start(steal);
    join_all();
    return 0;
}
