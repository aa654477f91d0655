/* finds: crash */
#include "threads.h"

/* Takes the pointer at once; the owner takes it away when all its work is done. */
static _Atomic(int *) current;
static int value = 1;

static void *look(void *unused)
{
#ifdef FIXED
    int *pointer = atomic_load(&current);
    return pointer && *pointer != 1 ? NULL : unused;
#else
    if (!atomic_load(&current))
        return unused;
    return *atomic_load(&current) == 1 ? unused : NULL;
#endif
}

static void *retire(void *unused)
{
    work_for(12);
    atomic_store(&current, NULL);
    return unused;
}

int main(void)
{
    atomic_store(&current, &value);
    start(look);
    start(retire);
    join_all();
    return 0;
}
