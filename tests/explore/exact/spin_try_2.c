/* traces: 4
 * As spin_lock_2.c. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>

#ifndef THREADS
#define THREADS 2
#endif
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void *counter(void *argument)
{
    while (pthread_mutex_trylock(&mutex))
        sched_yield();
    count++;
    pthread_mutex_unlock(&mutex);
    return argument;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, counter, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert(count == THREADS);
}
