/* P3: a reader may lock twice; the writer waits for both unlocks. */
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void reader(void)
{
    must(pthread_rwlock_rdlock(&lock) == 0);
    must(pthread_rwlock_rdlock(&lock) == 0);
    reach(1);
    must(pthread_rwlock_unlock(&lock) == 0);
    use(g_x);
    must(pthread_rwlock_unlock(&lock) == 0);
}

static void writer(void)
{
    await(1);
    must(pthread_rwlock_wrlock(&lock) == 0);
    g_x = 1;
    must(pthread_rwlock_unlock(&lock) == 0);
}

int main(void)
{
    litmus_run2(reader, writer);
    return 0;
}
