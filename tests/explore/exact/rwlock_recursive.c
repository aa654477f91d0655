/* Read locks that nest, of a lock that prefers writers: who arrives between them waits for the
 * first, and is waited for by the second. As in rwlock_queue.c, but for the one that ends there.
 *
 * traces: 5
 * finds: deadlock
 */
#define _GNU_SOURCE
#include "threads.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

static void *read_twice(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    pthread_rwlock_rdlock(&lock);
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
