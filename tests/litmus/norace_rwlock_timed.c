/* P3: successful timedrdlock and timedwrlock are locks. */
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
    struct timespec until = deadline(CLOCK_REALTIME, 20000);
    meet(3);
    must(pthread_rwlock_timedwrlock(&lock, &until) == 0);
    g_x++;
    must(pthread_rwlock_unlock(&lock) == 0);
}

static void reader(void)
{
    struct timespec until = deadline(CLOCK_REALTIME, 20000);
    meet(3);
    must(pthread_rwlock_timedrdlock(&lock, &until) == 0);
    use(g_x);
    must(pthread_rwlock_unlock(&lock) == 0);
}

int main(void)
{
    litmus_run3(writer, reader, writer);
    return 0;
}
