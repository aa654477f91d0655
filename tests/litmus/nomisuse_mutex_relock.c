/* P14: types that count or refuse a second lock, trylock and a time limit are no misuse. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

static pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

int main(void)
{
    struct timespec soon = deadline(CLOCK_REALTIME, 1);
    must(pthread_mutex_lock(&normal) == 0);
    must(pthread_mutex_trylock(&normal) == EBUSY);
    must(pthread_mutex_timedlock(&normal, &soon) == ETIMEDOUT);
    must(pthread_mutex_unlock(&normal) == 0);
    must(pthread_mutex_lock(&recursive) == 0);
    must(pthread_mutex_lock(&recursive) == 0);
    must(pthread_mutex_unlock(&recursive) == 0);
    must(pthread_mutex_unlock(&recursive) == 0);
    must(pthread_mutex_lock(&checking) == 0);
    must(pthread_mutex_lock(&checking) == EDEADLK);
    must(pthread_mutex_unlock(&checking) == 0);
    must(pthread_mutex_unlock(&checking) == EPERM);
    return 0;
}
