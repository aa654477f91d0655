/* P3: two readers are never ordered by the lock: a write under a read lock. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writing_reader(void)
{
    pthread_rwlock_rdlock(&lock);
    g_x = 1;
    pthread_rwlock_unlock(&lock);
    reach(1);
}

static void reader(void)
{
    await(1);
    pthread_rwlock_rdlock(&lock);
    use(g_x);
    pthread_rwlock_unlock(&lock);
}

int main(void)
{
    litmus_run2(writing_reader, reader);
    return 0;
}
