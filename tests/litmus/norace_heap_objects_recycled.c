/* P16: objects of all kinds follow one another in the same memory, destroyed before it is freed or
 * not; those with a static initialiser are made by assignment. */
// options: quarantine=0
#include "../support/litmus.h"
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 64, KINDS = 7, ROUNDS = 400 };

static void routine(void)
{
}

static void mutex(void *memory, int round)
{
    pthread_mutex_t *object = memory;
    *object = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    must(pthread_mutex_lock(object) == 0 && pthread_mutex_unlock(object) == 0);
    must(round % 2 || pthread_mutex_destroy(object) == 0);
}

static void rwlock(void *memory, int round)
{
    pthread_rwlock_t *object = memory;
    must(pthread_rwlock_init(object, NULL) == 0);
    must(pthread_rwlock_rdlock(object) == 0 && pthread_rwlock_unlock(object) == 0);
    must(round % 2 || pthread_rwlock_destroy(object) == 0);
}

static void cond(void *memory, int round)
{
    pthread_cond_t *object = memory;
    *object = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    must(pthread_cond_signal(object) == 0 && pthread_cond_broadcast(object) == 0);
    must(round % 2 || pthread_cond_destroy(object) == 0);
}

static void barrier(void *memory, int round)
{
    pthread_barrier_t *object = memory;
    must(pthread_barrier_init(object, NULL, 1) == 0);
    must(pthread_barrier_wait(object) == PTHREAD_BARRIER_SERIAL_THREAD);
    must(round % 2 || pthread_barrier_destroy(object) == 0);
}

static void sem(void *memory, int round)
{
    sem_t *object = memory;
    must(sem_init(object, 0, 1) == 0);
    must(sem_wait(object) == 0 && sem_post(object) == 0);
    must(round % 2 || sem_destroy(object) == 0);
}

static void spinlock(void *memory, int round)
{
    pthread_spinlock_t *object = memory;
    must(pthread_spin_init(object, PTHREAD_PROCESS_PRIVATE) == 0);
    must(pthread_spin_lock(object) == 0 && pthread_spin_unlock(object) == 0);
    must(round % 2 || pthread_spin_destroy(object) == 0);
}

static void once(void *memory, int round)
{
    (void)round;
    pthread_once_t *object = memory;
    memset(object, 0, sizeof *object);
    must(pthread_once(object, routine) == 0);
}

static void churn(void)
{
    static void (*const kinds[KINDS])(void *, int) = {mutex, rwlock,   cond, barrier,
                                                      sem,   spinlock, once};
    for (int round = 0; round < ROUNDS; round++) {
        void *memory = malloc(SIZE);
        must(memory != NULL);
        kinds[round % KINDS](memory, round);
        free(memory);
    }
}

static void first(void)
{
    churn();
    reach(1);
}

static void second(void)
{
    await(1);
    churn();
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
