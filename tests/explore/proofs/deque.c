/* A work-stealing deque: Chase and Lev's, SPAA 2005, of fixed size. Its owner pushes two items and
 * pops them while two others steal: each item is taken once. With BUG the owner takes the last item
 * without a compare-exchange. finds: assertion */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { SIZE = 4, ITEMS = 2, THIEVES = 2, NONE = -1 };

static atomic_int items[SIZE];
static atomic_int top, bottom;
static atomic_int taken[ITEMS];

static void push(int item)
{
    int at = atomic_load(&bottom);
    atomic_store(&items[at % SIZE], item);
    atomic_store(&bottom, at + 1);
}

static int pop(void)
{
    int at = atomic_load(&bottom) - 1;
    atomic_store(&bottom, at);
    int first = atomic_load(&top);
    if (at > first)
        return atomic_load(&items[at % SIZE]);
    int item = NONE;
    if (at == first) {
        item = atomic_load(&items[at % SIZE]);
#ifdef BUG
        atomic_store(&top, first + 1);
#else
        if (!atomic_compare_exchange_strong(&top, &first, first + 1))
            item = NONE;
#endif
    }
    atomic_store(&bottom, at + 1);
    return item;
}

static int steal(void)
{
    int first = atomic_load(&top);
    if (first >= atomic_load(&bottom))
        return NONE;
    int item = atomic_load(&items[first % SIZE]);
    return atomic_compare_exchange_strong(&top, &first, first + 1) ? item : NONE;
}

static void note(int item)
{
    if (item != NONE)
        assert(atomic_fetch_add(&taken[item], 1) == 0);
}

static void *thief(void *argument)
{
    note(steal());
    return argument;
}

int main(void)
{
    pthread_t tasks[THIEVES];
    push(0);
    for (int i = 0; i < THIEVES; i++)
        pthread_create(&tasks[i], NULL, thief, NULL);
    push(1);
    note(pop());
    note(pop());
    for (int i = 0; i < THIEVES; i++)
        pthread_join(tasks[i], NULL);
    for (int item = pop(); item != NONE; item = pop())
        note(item);
    for (int i = 0; i < ITEMS; i++)
        assert(taken[i] == 1);
}
