/* finds: assertion */
#include "critical.h"

/* Two that draw a ticket by a load and a store may have the same one. */
static atomic_uint next_ticket, serving;

static void *work(void *unused)
{
    for (int i = 0; i < 2; i++) {
#ifdef FIXED
        unsigned ticket = atomic_fetch_add(&next_ticket, 1);
#else
        unsigned ticket = atomic_load(&next_ticket);
        atomic_store(&next_ticket, ticket + 1);
#endif
        while (atomic_load(&serving) != ticket && atomic_load(&serving) <= ticket)
            continue;
        critical();
        atomic_fetch_add(&serving, 1);
    }
    return unused;
}

int main(void)
{
    start_many(2, work);
    join_all();
    return 0;
}
