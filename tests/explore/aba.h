/*
 * A lock-free stack of nodes 1 to 4 (top first). One thread pops one; the other pops three
 * and pushes back the first. If all that happens between the former's look at the node after the
 * top and its exchange, the exchange succeeds and node 2, which is in use, is on the stack again.
 * With a count of changes beside the index it fails.
 */
#include "threads.h"

enum { NODES = 4 };
static atomic_uint top = 1; /* index, and in the upper half the count of changes */
static atomic_uint next[NODES + 1] = {0, 2, 3, 4, 0};
static atomic_int owned[NODES + 1];

static unsigned with(unsigned before, unsigned node)
{
#ifdef FIXED
    return ((before >> 16) + 1) << 16 | node;
#else
    (void)before;
    return node;
#endif
}

static unsigned pop(void)
{
    unsigned seen = atomic_load(&top), node;
    do {
        node = seen & 0xffff;
        if (!node)
            return 0;
    } while (!atomic_compare_exchange_strong(&top, &seen, with(seen, atomic_load(&next[node]))));
    assert(atomic_exchange(&owned[node], 1) == 0);
    return node;
}

static void push(unsigned node)
{
    unsigned seen = atomic_load(&top);
    atomic_store(&owned[node], 0);
    do
        atomic_store(&next[node], seen & 0xffff);
    while (!atomic_compare_exchange_strong(&top, &seen, with(seen, node)));
}

static void *take_one(void *unused)
{
    pop();
    return unused;
}

static void *take_and_return(void *unused)
{
    unsigned first = pop();
    pop();
    pop();
    if (first)
        push(first);
    return unused;
}

static void *take_rest(void *unused)
{
    while (pop())
        continue;
    return unused;
}

int main(void)
{
    start(take_one);
    start(take_and_return);
    join_all();
    threads_count = 0;
    start(take_rest);
    join_all();
    return 0;
}
