/* finds: assertion|livelock */
#include "critical.h"

/* Dekker's lock; who comes back from waiting for its turn has to look again. */
static atomic_int wants[2], turn;

static void lock(int me)
{
    atomic_store(&wants[me], 1);
    while (atomic_load(&wants[!me])) {
        if (atomic_load(&turn) == me)
            continue;
        atomic_store(&wants[me], 0);
        while (atomic_load(&turn) != me)
            continue;
        atomic_store(&wants[me], 1);
#ifndef FIXED
        break;
#endif
    }
}

static void *work(void *argument)
{
    int me = (int)(long)argument;
    for (int i = 0; i < 3; i++) {
        lock(me);
        critical();
        atomic_store(&turn, !me);
        atomic_store(&wants[me], 0);
    }
    return NULL;
}

int main(void)
{
    start_many(2, work);
    join_all();
    return 0;
}
