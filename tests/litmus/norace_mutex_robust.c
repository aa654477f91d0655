/* P2: the end of a robust mutex's owner is ordered before the lock that answers EOWNERDEAD. */
// tsan: a robust owner's death orders nothing
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_mutex_t lock;

static void dying(void)
{
    must(pthread_mutex_lock(&lock) == 0);
    g_x = 1;
    reach(1);
}

static void heir(void)
{
    await(1);
    must(pthread_mutex_lock(&lock) == EOWNERDEAD);
    must(g_x == 1);
    must(pthread_mutex_consistent(&lock) == 0);
    must(pthread_mutex_unlock(&lock) == 0);
}

int main(void)
{
    pthread_mutexattr_t attr;
    must(pthread_mutexattr_init(&attr) == 0);
    must(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0);
    must(pthread_mutex_init(&lock, &attr) == 0);
    litmus_run2(dying, heir);
    return 0;
}
