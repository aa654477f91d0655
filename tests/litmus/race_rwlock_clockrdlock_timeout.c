/* P3: a clockrdlock that times out orders nothing. */
// expect-location: g_x
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
    pthread_rwlock_wrlock(&lock);
    g_x = 1;
    reach(1);
    await(2);
    pthread_rwlock_unlock(&lock);
}

static void reader(void)
{
    await(1);
    struct timespec until = deadline(CLOCK_MONOTONIC, 10);
    must(pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT);
    use(g_x);
    reach(2);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
