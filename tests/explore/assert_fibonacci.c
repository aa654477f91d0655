/* finds: assertion */
#include "threads.h"

/* Two numbers, each added to the other by its own thread; strictly in turn they grow fastest. */
enum { TIMES = 2, MOST = 8 };
static atomic_int numbers[2] = {1, 1};

static void *add(void *argument)
{
    long me = (long)argument;
    for (int i = 0; i < TIMES; i++)
        atomic_fetch_add(&numbers[me], atomic_load(&numbers[!me]));
    return NULL;
}

int main(void)
{
    start_many(2, add);
    join_all();
#ifdef FIXED
    assert(atomic_load(&numbers[0]) <= MOST && atomic_load(&numbers[1]) <= MOST);
#else
    assert(atomic_load(&numbers[0]) < MOST && atomic_load(&numbers[1]) < MOST);
#endif
    return 0;
}
