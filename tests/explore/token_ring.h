/*
 * A token goes round; who has it increments a number. The fault: it is passed on before the number
 * is written, so that the next one may read the old one.
 */
#include <semaphore.h>

#include "threads.h"

enum { ROUNDS = 2 };
static sem_t turn[THREADS];
static atomic_int number;

static void *pass(void *argument)
{
    long me = (long)argument;
    for (int i = 0; i < ROUNDS; i++) {
        sem_wait(&turn[me]);
        int seen = atomic_load(&number);
#ifdef FIXED
        atomic_store(&number, seen + 1);
        sem_post(&turn[(me + 1) % THREADS]);
#else
        sem_post(&turn[(me + 1) % THREADS]);
        atomic_store(&number, seen + 1);
#endif
    }
    return NULL;
}

int main(void)
{
    for (int i = 0; i < THREADS; i++)
        sem_init(&turn[i], 0, i == 0);
    start_many(THREADS, pass);
    join_all();
    assert(atomic_load(&number) > THREADS * ROUNDS - LOST);
    return 0;
}
