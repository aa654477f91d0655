/* finds: assertion */
#include "threads.h"

/* A reader says which node it looks at, and who retires nodes reuses those that nobody looks at,
 * five at a time. Between finding a node and saying so it may be retired: the reader has to look
 * again. */
enum { BATCH = 5, NODES = 2 * BATCH, NOTHING = NODES };
static atomic_int head, hazard = NOTHING;
static atomic_bool reused[NODES];

static void *look(void *unused)
{
    int node;
#ifdef FIXED
    do {
        node = atomic_load(&head);
        atomic_store(&hazard, node);
    } while (atomic_load(&head) != node);
#else
    node = atomic_load(&head);
    atomic_store(&hazard, node);
#endif
    assert(!atomic_load(&reused[node]));
    atomic_store(&hazard, NOTHING);
    return unused;
}

static void *retire(void *unused)
{
    for (int node = 0; node < NODES - 1; node++) {
        work_for(1);
        atomic_store(&head, node + 1);
        if (node % BATCH != BATCH - 1)
            continue;
        int kept = atomic_load(&hazard);
        for (int old = node - BATCH + 1; old <= node; old++)
            if (old != kept)
                atomic_store(&reused[old], true);
    }
    return unused;
}

int main(void)
{
    start(look);
    start(retire);
    join_all();
    return 0;
}
