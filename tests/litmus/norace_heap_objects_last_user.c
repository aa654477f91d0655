/* P12: the last to use an object frees it at once: who took the unit, who was woken, the serial
 * thread of a barrier that the others are still about to leave. */
// tsan: it reads the barrier once more after the wait
#include "../support/litmus.h"
#include <semaphore.h>
#include <stdlib.h>

enum { ROUNDS = 100, THREADS = 3 };

struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    sem_t sem;
    int ready;
};

struct shared *g_shared;
pthread_barrier_t *g_barrier, *g_phase;

static void gives(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(g_phase);
        struct shared *shared = g_shared;
        pthread_mutex_lock(&shared->mutex);
        shared->ready = 1;
        pthread_cond_signal(&shared->cond);
        pthread_mutex_unlock(&shared->mutex);
        sem_post(&shared->sem);
    }
}

static void takes(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct shared *shared = malloc(sizeof *shared);
        must(shared && pthread_mutex_init(&shared->mutex, NULL) == 0);
        must(pthread_cond_init(&shared->cond, NULL) == 0 && sem_init(&shared->sem, 0, 0) == 0);
        shared->ready = 0;
        g_shared = shared;
        pthread_barrier_wait(g_phase);
        pthread_mutex_lock(&shared->mutex);
        while (!shared->ready)
            pthread_cond_wait(&shared->cond, &shared->mutex);
        pthread_mutex_unlock(&shared->mutex);
        must(sem_wait(&shared->sem) == 0);
        must(pthread_cond_destroy(&shared->cond) == 0);
        must(pthread_mutex_destroy(&shared->mutex) == 0);
        free(shared); /* the semaphore has nothing to destroy */
    }
}

static void leaves(void)
{
    if (pthread_barrier_wait(g_barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
        must(pthread_barrier_destroy(g_barrier) == 0);
        free(g_barrier);
    }
}

int main(void)
{
    g_phase = malloc(sizeof *g_phase);
    must(g_phase && pthread_barrier_init(g_phase, NULL, 2) == 0);
    litmus_run2(gives, takes);
    must(pthread_barrier_destroy(g_phase) == 0);
    free(g_phase);
    for (int i = 0; i < ROUNDS; i++) {
        g_barrier = malloc(sizeof *g_barrier);
        must(g_barrier && pthread_barrier_init(g_barrier, NULL, THREADS) == 0);
        litmus_run3(leaves, leaves, leaves);
    }
    return 0;
}
