/*
 * points57: the program of 57 scheduling points, as one would write it: 3 threads that take a lock
 * 8 times each and count under it.
 */
#include <pthread.h>

enum { TASKS = 3, ROUNDS = 8 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *work(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

int main(void)
{
    pthread_t threads[TASKS];
    for (int i = 0; i < TASKS; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < TASKS; i++)
        pthread_join(threads[i], NULL);
    return counter != TASKS * ROUNDS;
}
