/* P2: a lock that answers ENOTRECOVERABLE was not acquired and orders nothing. */
// expect-location: g_x
// expect-frame: heir
// expect-frame: third
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_mutex_t lock;

static void dying(void)
{
    must(pthread_mutex_lock(&lock) == 0);
    reach(1);
}

static void heir(void)
{
    await(1);
    must(pthread_mutex_lock(&lock) == EOWNERDEAD);
    g_x = 1;
    must(pthread_mutex_unlock(&lock) == 0);
    reach(2);
}

static void third(void)
{
    await(2);
    must(pthread_mutex_lock(&lock) == ENOTRECOVERABLE);
    use(g_x);
}

int main(void)
{
    pthread_mutexattr_t attr;
    must(pthread_mutexattr_init(&attr) == 0);
    must(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0);
    must(pthread_mutex_init(&lock, &attr) == 0);
    litmus_run3(dying, heir, third);
    return 0;
}
