/* finds: assertion */
#include "critical.h"

/* Peterson's lock. With the turn given away before the wish is known, both may enter. */
static atomic_int wants[2], turn;

static void *work(void *argument)
{
    int me = (int)(long)argument;
    for (int i = 0; i < 2; i++) {
#ifdef FIXED
        atomic_store(&wants[me], 1);
        atomic_store(&turn, !me);
#else
        atomic_store(&turn, !me);
        atomic_store(&wants[me], 1);
#endif
        while (atomic_load(&wants[!me]) && atomic_load(&turn) == !me)
            continue;
        critical();
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
