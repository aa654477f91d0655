/*
 * deadlock: the worker gives up when there was no job for an hour, and nobody notices: whoever hands
 * it a job then waits for an answer for ever. No run that is shorter than an hour shows it.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static bool job;
static sem_t answer;

static void *work(void *unused)
{
    struct timespec hour;
    int error = 0;
    clock_gettime(CLOCK_REALTIME, &hour);
    hour.tv_sec += 3600;
    pthread_mutex_lock(&lock);
    while (!job && !error)
        error = pthread_cond_timedwait(&more, &lock, &hour);
    pthread_mutex_unlock(&lock);
    if (!error)
        sem_post(&answer);
    return unused;
}

int main(void)
{
    pthread_t worker;
    sem_init(&answer, 0, 0);
    pthread_create(&worker, NULL, work, NULL);
    pthread_mutex_lock(&lock);
    job = true;
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
    sem_wait(&answer);
    pthread_join(worker, NULL);
    return 0;
}
