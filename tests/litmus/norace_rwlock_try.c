/* P3: successful tryrdlock and trywrlock are locks. */
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
    must(pthread_rwlock_trywrlock(&lock) == 0);
    g_x = 1;
    must(pthread_rwlock_unlock(&lock) == 0);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(pthread_rwlock_tryrdlock(&lock) == 0);
    must(g_x == 1);
    must(pthread_rwlock_unlock(&lock) == 0);
    reach(2);
}

static void second_writer(void)
{
    await(2);
    must(pthread_rwlock_trywrlock(&lock) == 0);
    g_x = 2;
    must(pthread_rwlock_unlock(&lock) == 0);
}

int main(void)
{
    litmus_run3(writer, reader, second_writer);
    return 0;
}
