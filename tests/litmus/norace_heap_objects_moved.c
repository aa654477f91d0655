/* P12: a structure grows by realloc while nobody uses it; its objects are made anew where it is. */
#include "../support/litmus.h"
#include <semaphore.h>
#include <stdlib.h>

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    pthread_rwlock_t lock;
    sem_t sem;
    int used;
};

struct pool *g_pool;

static void make(void)
{
    must(pthread_mutex_init(&g_pool->mutex, NULL) == 0);
    must(pthread_cond_init(&g_pool->cond, NULL) == 0);
    must(pthread_rwlock_init(&g_pool->lock, NULL) == 0);
    must(sem_init(&g_pool->sem, 0, 1) == 0);
}

static void uses(void)
{
    must(sem_wait(&g_pool->sem) == 0);
    pthread_rwlock_wrlock(&g_pool->lock);
    pthread_mutex_lock(&g_pool->mutex);
    g_pool->used++;
    pthread_cond_broadcast(&g_pool->cond);
    pthread_mutex_unlock(&g_pool->mutex);
    pthread_rwlock_unlock(&g_pool->lock);
    sem_post(&g_pool->sem);
}

int main(void)
{
    for (size_t size = 1; size < 200; size *= 2) {
        g_pool = realloc(g_pool, size * sizeof *g_pool);
        must(g_pool != NULL);
        make();
        litmus_run2(uses, uses);
    }
    free(g_pool);
    return 0;
}
