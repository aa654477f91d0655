/* finds: deadlock|misuse */
/*
 * Who is cancelled in a wait on a condition variable has its mutex again, and nobody unlocks it.
 * Fixed, a cleanup handler does.
 */
#include "threads.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool ready;

static void unlock(void *unused)
{
    (void)unused;
    pthread_mutex_unlock(&mutex);
}

static void *waiter(void *unused)
{
    pthread_mutex_lock(&mutex);
#ifdef FIXED
    pthread_cleanup_push(unlock, NULL);
    while (!ready)
        pthread_cond_wait(&changed, &mutex);
    pthread_cleanup_pop(1);
#else
    while (!ready)
        pthread_cond_wait(&changed, &mutex);
    unlock(NULL);
#endif
    return unused;
}

int main(void)
{
    void *result;
    start(waiter);
    pthread_cancel(threads[0]);
    pthread_mutex_lock(&mutex);
    ready = true;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    pthread_join(threads[0], &result);
    assert(!result || result == PTHREAD_CANCELED);
    return 0;
}
