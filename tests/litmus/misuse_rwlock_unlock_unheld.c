/* P14: a thread unlocks an rwlock that another one holds for reading. */
// expect: misuse (rwlock)
// expect-location: g_lock
// expect-frame: reader
// expect-frame: other
// expect-count: 1
#include "../support/litmus.h"

pthread_rwlock_t g_lock = PTHREAD_RWLOCK_INITIALIZER;

static void reader(void)
{
    pthread_rwlock_rdlock(&g_lock);
    reach(1);
    await(2);
}

static void other(void)
{
    await(1);
    pthread_rwlock_unlock(&g_lock);
    reach(2);
}

int main(void)
{
    litmus_run2(reader, other);
    return 0;
}
