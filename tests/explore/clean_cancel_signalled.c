/* clean */
/*
 * One of two waiters is cancelled while the condition is signalled: the other must not wait for
 * ever, as the signal is not lost with who was cancelled.
 */
#include "threads.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int items, taken;

static void unlock(void *unused)
{
    (void)unused;
    pthread_mutex_unlock(&mutex);
}

static void *take(void *unused)
{
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock, NULL);
    while (!items)
        pthread_cond_wait(&changed, &mutex);
    items--;
    taken++;
    pthread_cleanup_pop(1);
    return unused;
}

static void put(void)
{
    pthread_mutex_lock(&mutex);
    items++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
}

int main(void)
{
    void *result;
    start_many(2, take);
    put();
    pthread_cancel(threads[0]);
    pthread_join(threads[0], &result);
    if (!result)
        put();
    pthread_join(threads[1], NULL);
    assert(taken == (result ? 1 : 2));
    return 0;
}
