/* finds: deadlock|lost wake-up */
#include "threads.h"

/* The only reader may write, too: it counts the readers first. Two that count before either lets go
 * wait for each other. */
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t upgrade = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left = PTHREAD_COND_INITIALIZER;
static int readers, value;

static void *update(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    pthread_mutex_lock(&upgrade);
    readers++;
    pthread_mutex_unlock(&upgrade);
    int seen = value;
#ifndef FIXED
    pthread_mutex_lock(&upgrade);
    while (readers > 1)
        pthread_cond_wait(&left, &upgrade);
    pthread_mutex_unlock(&upgrade);
#endif
    pthread_mutex_lock(&upgrade);
    readers--;
    pthread_cond_signal(&left);
    pthread_mutex_unlock(&upgrade);
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_wrlock(&lock);
    value = value > seen ? value : seen + 1;
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void)
{
    start_many(2, update);
    join_all();
    return 0;
}
