/* finds: deadlock */
#include <semaphore.h>

#include "threads.h"

/* A bounded buffer of semaphores; this consumer takes the mutex before it knows that there is
 * something. */
enum { ITEMS = 4 };
static sem_t filled, room, mutex;

static void *produce(void *unused)
{
    for (int i = 0; i < ITEMS; i++) {
        sem_wait(&room);
        sem_wait(&mutex);
        sem_post(&mutex);
        sem_post(&filled);
    }
    return unused;
}

static void *consume(void *unused)
{
    for (int i = 0; i < ITEMS; i++) {
#ifdef FIXED
        sem_wait(&filled);
        sem_wait(&mutex);
#else
        sem_wait(&mutex);
        sem_wait(&filled);
#endif
        sem_post(&mutex);
        sem_post(&room);
    }
    return unused;
}

int main(void)
{
    sem_init(&filled, 0, 0);
    sem_init(&room, 0, 2);
    sem_init(&mutex, 0, 1);
    start(produce);
    start(consume);
    join_all();
    return 0;
}
