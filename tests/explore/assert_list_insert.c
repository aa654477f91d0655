/* finds: assertion */
#include "threads.h"

/* Three insert at the head of a list; a plain store of the head loses who came in between. */
enum { NODES = 3 };
static atomic_int head, next[NODES + 1];

static void *insert(void *argument)
{
    int node = (int)(long)argument + 1, seen = atomic_load(&head);
#ifdef FIXED
    do
        atomic_store(&next[node], seen);
    while (!atomic_compare_exchange_strong(&head, &seen, node));
#else
    atomic_store(&next[node], seen);
    atomic_store(&head, node);
#endif
    return NULL;
}

int main(void)
{
    start_many(NODES, insert);
    join_all();
    int length = 0;
    for (int node = atomic_load(&head); node; node = atomic_load(&next[node]))
        length++;
    assert(length == NODES);
    return 0;
}
