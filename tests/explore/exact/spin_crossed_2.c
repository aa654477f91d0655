/* traces: 1
 * finds: livelock
 * Each waits for what the other does after it has waited itself. */
#include "threads.h"

static atomic_int done[2];

static void *run(void *number)
{
    long self = (long)number;
    while (!atomic_load(&done[1 - self]))
        ;
    atomic_store(&done[self], 1);
    return NULL;
}

int main(void)
{
    start_many(2, run);
    join_all();
}
