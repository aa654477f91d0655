/* Threads wait long for one that sleeps, reads, or waits for a time. */
#include "../support/litmus.h"
#include <semaphore.h>
#include <unistd.h>

static sem_t sem;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void sleeper(void)
{
    struct timespec late = deadline(CLOCK_REALTIME, 400);
    pthread_mutex_lock(&lock);
    while (pthread_cond_timedwait(&cond, &lock, &late) == 0)
        ;
    pthread_mutex_unlock(&lock);
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    sem_post(&sem);
}

int main(void)
{
    must(sem_init(&sem, 0, 0) == 0);
    spawn_detached(sleeper);
    must(sem_wait(&sem) == 0);
    return 0;
}
