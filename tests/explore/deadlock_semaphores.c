/* finds: deadlock */
#include <pthread.h>
#include <semaphore.h>

static sem_t slots;

/* Each wants two of the three. */
static void *hungry(void *unused)
{
    sem_wait(&slots);
    sem_wait(&slots);
    sem_post(&slots);
    sem_post(&slots);
    return unused;
}

int main(void)
{
    pthread_t threads[3];
    sem_init(&slots, 0, 3);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, hungry, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
