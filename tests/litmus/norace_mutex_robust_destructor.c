/* P2: the dead owner's end includes its TSD destructors. */
// tsan: a robust owner's death orders nothing
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_mutex_t lock;
static pthread_key_t key;

static void destructor(void *value)
{
    *(int *)value = 1;
    reach(1);
}

static void dying(void)
{
    must(pthread_setspecific(key, &g_x) == 0);
    must(pthread_mutex_lock(&lock) == 0);
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
    must(pthread_key_create(&key, destructor) == 0);
    must(pthread_mutexattr_init(&attr) == 0);
    must(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0);
    must(pthread_mutex_init(&lock, &attr) == 0);
    litmus_run2(dying, heir);
    return 0;
}
