/* P14: a robust mutex may be left behind; the process may end with mutexes held; destructors of
 * thread-specific data and cleanup handlers still may unlock. */
#include "../support/litmus.h"
#include <errno.h>
#include <stdlib.h>

static pthread_mutex_t robust, by_key = PTHREAD_MUTEX_INITIALIZER,
                               by_handler = PTHREAD_MUTEX_INITIALIZER,
                               at_end = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t key;

static void unlock(void *mutex)
{
    must(pthread_mutex_unlock(mutex) == 0);
}

static void worker(void)
{
    must(pthread_mutex_lock(&robust) == 0);
    must(pthread_mutex_lock(&by_key) == 0);
    must(pthread_setspecific(key, &by_key) == 0);
    must(pthread_mutex_lock(&by_handler) == 0);
    pthread_cleanup_push(unlock, &by_handler);
    pthread_exit(NULL);
    pthread_cleanup_pop(0);
}

int main(void)
{
    pthread_mutexattr_t attr;
    must(pthread_mutexattr_init(&attr) == 0);
    must(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0);
    must(pthread_mutex_init(&robust, &attr) == 0);
    must(pthread_key_create(&key, unlock) == 0);
    join(spawn(worker));
    must(pthread_mutex_lock(&robust) == EOWNERDEAD);
    must(pthread_mutex_consistent(&robust) == 0);
    must(pthread_mutex_unlock(&robust) == 0);
    must(pthread_mutex_lock(&at_end) == 0);
    exit(0);
}
