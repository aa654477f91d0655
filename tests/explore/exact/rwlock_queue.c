/* A writer's arrival alone decides whether a second read lock is had. The writer comes before the
 * first, between them, after both, between the two unlocks, or at last.
 *
 * traces: 5
 */
#define _GNU_SOURCE
#include "threads.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

static void *read_twice(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    if (!pthread_rwlock_tryrdlock(&lock))
        pthread_rwlock_unlock(&lock);
    pthread_rwlock_unlock(&lock);
    return unused;
}

static void *write_once(void *unused)
{
    pthread_rwlock_wrlock(&lock);
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void)
{
    start(read_twice);
    start(write_once);
    join_all();
    return 0;
}
