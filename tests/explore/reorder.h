/*
 * SETTERS threads say that a value is there before it is; one thread looks. It has to look after
 * the first of them said so and before the first of them set it.
 */
#include "threads.h"

static atomic_int a, b;
#ifdef FIXED
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
#define BEGIN pthread_mutex_lock(&m)
#define END pthread_mutex_unlock(&m)
#else
#define BEGIN (void)0
#define END (void)0
#endif

static void *set(void *unused)
{
    BEGIN;
    atomic_store(&a, 1);
    atomic_store(&b, -1);
    END;
    return unused;
}

static void *check(void *unused)
{
    BEGIN;
    int seen_a = atomic_load(&a);
    int seen_b = atomic_load(&b);
    END;
    assert(!seen_a || seen_b == -1);
    return unused;
}

int main(void)
{
    start_many(SETTERS, set);
    start(check);
    join_all();
    return 0;
}
