/* finds: assertion */
#include "threads.h"

/* Who waits for a mutex may be overtaken any number of times; with tickets once. */
enum { TIMES = 14, PATIENCE = 13 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
#ifdef FIXED
static atomic_int ticket, serving;
#endif
static atomic_int overtaken;
static atomic_bool waits;

static void lock(void)
{
#ifdef FIXED
    int mine = atomic_fetch_add(&ticket, 1);
    while (atomic_load(&serving) != mine)
        continue;
#endif
    pthread_mutex_lock(&m);
}

static void unlock(void)
{
    pthread_mutex_unlock(&m);
#ifdef FIXED
    atomic_fetch_add(&serving, 1);
#endif
}

static void *greedy(void *unused)
{
    for (int i = 0; i < TIMES; i++) {
        lock();
        if (atomic_load(&waits))
            atomic_fetch_add(&overtaken, 1);
        unlock();
    }
    return unused;
}

static void *modest(void *unused)
{
#ifdef FIXED
    int mine = atomic_fetch_add(&ticket, 1);
#endif
    atomic_store(&waits, true);
#ifdef FIXED
    while (atomic_load(&serving) != mine)
        continue;
#endif
    pthread_mutex_lock(&m);
    assert(atomic_load(&overtaken) < PATIENCE);
    atomic_store(&waits, false);
    unlock();
    return unused;
}

int main(void)
{
    start(modest);
    start(greedy);
    join_all();
    return 0;
}
