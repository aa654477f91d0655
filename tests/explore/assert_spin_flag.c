/* finds: assertion */
#include "critical.h"

/* Test, then set: two may have tested. */
static atomic_int flag;

static void *work(void *unused)
{
#ifdef FIXED
    while (atomic_exchange(&flag, 1))
        continue;
#else
    while (atomic_load(&flag))
        continue;
    atomic_store(&flag, 1);
#endif
    critical();
    atomic_store(&flag, 0);
    return unused;
}

int main(void)
{
    start_many(2, work);
    join_all();
    return 0;
}
