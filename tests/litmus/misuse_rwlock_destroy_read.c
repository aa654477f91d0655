/* P14: an rwlock is destroyed while a thread holds it for reading. */
// expect: misuse (rwlock)
// expect-location: g_lock
// expect-frame: reader
#include "../support/litmus.h"

pthread_rwlock_t g_lock = PTHREAD_RWLOCK_INITIALIZER;

static void reader(void)
{
    pthread_rwlock_rdlock(&g_lock);
    reach(1);
    await(2);
}

static void destroyer(void)
{
    await(1);
    pthread_rwlock_destroy(&g_lock);
    reach(2);
}

int main(void)
{
    litmus_run2(reader, destroyer);
    return 0;
}
