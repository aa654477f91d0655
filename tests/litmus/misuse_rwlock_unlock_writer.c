/* P14: a thread unlocks an rwlock that another one holds for writing. */
// expect: misuse (rwlock)
// expect-location: g_lock
#include "../support/litmus.h"

pthread_rwlock_t g_lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
    pthread_rwlock_wrlock(&g_lock);
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
    litmus_run2(writer, other);
    return 0;
}
