/* P15: threads that all spin and wait, again and again and for long, but never for ever: whoever
 * has the lock sleeps, or has just been woken. */
#include "../support/litmus.h"
#include <semaphore.h>

static pthread_spinlock_t lock;
static sem_t there, back;

static void owner(void)
{
    pthread_spin_lock(&lock);
    reach(1);
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    pthread_spin_unlock(&lock);
    for (int i = 0; i < 50; i++) {
        pthread_spin_lock(&lock);
        must(sem_post(&there) == 0 && sem_wait(&back) == 0);
        pthread_spin_unlock(&lock);
    }
}

static void spinner(void)
{
    await(1);
    for (int i = 0; i < 50; i++) {
        pthread_spin_lock(&lock);
        pthread_spin_unlock(&lock);
    }
}

static void answers(void)
{
    for (int i = 0; i < 50; i++)
        must(sem_wait(&there) == 0 && sem_post(&back) == 0);
}

int main(void)
{
    must(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
    must(sem_init(&there, 0, 0) == 0 && sem_init(&back, 0, 0) == 0);
    litmus_run3(owner, spinner, answers);
    return 0;
}
