/* P3: a clockwrlock that times out orders nothing. */
// expect-location: g_x
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void reader(void)
{
    pthread_rwlock_rdlock(&lock);
    use(g_x);
    reach(1);
    await(2);
    pthread_rwlock_unlock(&lock);
}

static void writer(void)
{
    await(1);
    struct timespec until = deadline(CLOCK_MONOTONIC, 10);
    must(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT);
    g_x = 1;
    reach(2);
}

int main(void)
{
    litmus_run2(reader, writer);
    return 0;
}
