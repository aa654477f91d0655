/* P3: a write-unlock is ordered before every later lock, each reader's included. */
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
    must(pthread_rwlock_wrlock(&lock) == 0);
    g_x = 1;
    must(pthread_rwlock_unlock(&lock) == 0);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(pthread_rwlock_rdlock(&lock) == 0);
    must(g_x == 1);
    must(pthread_rwlock_unlock(&lock) == 0);
}

int main(void)
{
    litmus_run3(writer, reader, reader);
    return 0;
}
