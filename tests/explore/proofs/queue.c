/* A lock-free queue: Michael and Scott's, PODC 1996, over a pool of nodes that are used once. Two
 * tasks put an item each while a third takes what it can get: nothing is lost, nothing comes twice.
 * With BUG the new node is linked by a store instead of a compare-exchange. finds: assertion */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { PUTTERS = 2 };

struct node {
    int item;
    _Atomic(struct node *) next;
};
static struct node pool[PUTTERS + 1];
static _Atomic(struct node *) head = pool, tail = pool; /* head: the one before the first item */

static void put(struct node *node)
{
    for (;;) {
        struct node *last = atomic_load(&tail), *next = atomic_load(&last->next);
        if (next) { /* somebody is between his two steps: help him */
            atomic_compare_exchange_strong(&tail, &last, next);
            continue;
        }
#ifdef BUG
        atomic_store(&last->next, node);
#else
        if (!atomic_compare_exchange_strong(&last->next, &next, node))
            continue;
#endif
        atomic_compare_exchange_strong(&tail, &last, node);
        return;
    }
}

static int take(void)
{
    for (;;) {
        struct node *before = atomic_load(&head), *first = atomic_load(&before->next);
        if (!first)
            return 0;
        if (before == atomic_load(&tail))
            atomic_compare_exchange_strong(&tail, &(struct node *){before}, first);
        if (atomic_compare_exchange_strong(&head, &before, first))
            return first->item;
    }
}

static void *putter(void *argument)
{
    struct node *node = argument;
    node->item = (int)(node - pool);
    put(node);
    return NULL;
}

static void *taker(void *argument)
{
    *(int *)argument = take();
    return NULL;
}

int main(void)
{
    pthread_t tasks[PUTTERS + 1];
    int taken = 0, seen[PUTTERS + 1] = {0};
    for (int i = 0; i < PUTTERS; i++)
        pthread_create(&tasks[i], NULL, putter, &pool[i + 1]);
    pthread_create(&tasks[PUTTERS], NULL, taker, &taken);
    for (int i = 0; i <= PUTTERS; i++)
        pthread_join(tasks[i], NULL);
    for (seen[taken]++; (taken = take()); seen[taken]++)
        continue;
    for (int i = 1; i <= PUTTERS; i++)
        assert(seen[i] == 1);
}
