/* P3: successful clockrdlock and clockwrlock are locks. */
// tsan: does not know the function
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
    struct timespec until = deadline(CLOCK_MONOTONIC, 20000);
    meet(3);
    must(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &until) == 0);
    g_x++;
    must(pthread_rwlock_unlock(&lock) == 0);
}

static void reader(void)
{
    struct timespec until = deadline(CLOCK_MONOTONIC, 20000);
    meet(3);
    must(pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &until) == 0);
    use(g_x);
    must(pthread_rwlock_unlock(&lock) == 0);
}

int main(void)
{
    litmus_run3(writer, reader, writer);
    return 0;
}
