/* P14: a semaphore is destroyed when those who waited for it were let go, by a unit each. */
#include "../support/litmus.h"
#include <semaphore.h>

static sem_t sem, done;

static void waiter(void)
{
    sem_wait(&sem);
    sem_post(&done);
}

int main(void)
{
    for (int round = 0; round < 50; round++) {
        pthread_t one, other;
        must(sem_init(&sem, 0, 0) == 0 && sem_init(&done, 0, 0) == 0);
        one = spawn(waiter);
        other = spawn(waiter);
        sem_post(&sem);
        sem_post(&sem);
        sem_wait(&done);
        sem_wait(&done);
        sem_destroy(&sem);
        join(one);
        join(other);
        sem_destroy(&done);
    }
    return 0;
}
