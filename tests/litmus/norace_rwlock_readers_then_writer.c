/* P3: the read-unlock of each of two concurrent readers is ordered before the write-lock. */
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void reader(void)
{
    must(pthread_rwlock_rdlock(&lock) == 0);
    meet(2);
    use(g_x);
    must(pthread_rwlock_unlock(&lock) == 0);
}

static void writer(void)
{
    await_meeting(2);
    must(pthread_rwlock_wrlock(&lock) == 0);
    g_x = 1;
    must(pthread_rwlock_unlock(&lock) == 0);
}

int main(void)
{
    litmus_run3(reader, reader, writer);
    return 0;
}
