/* P15: opposite orders that cannot meet: one is before the creation, or after the join, of the thread with
 * the other, or a barrier, a semaphore, a condition or a release and acquire lies between. */
#include "../support/litmus.h"
#include <semaphore.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                       guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t sem;
static int ready, flag;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    pthread_mutex_lock(outer);
    pthread_mutex_lock(inner);
    pthread_mutex_unlock(inner);
    pthread_mutex_unlock(outer);
}

static void through_create(void)
{
    nest(&b, &a);
}

static void before(void)
{
    nest(&a, &b);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    nest(&a, &b);
    sem_post(&sem);
    pthread_barrier_wait(&barrier);
    nest(&a, &b);
    __atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
    pthread_barrier_wait(&barrier);
    nest(&a, &b);
    pthread_mutex_lock(&guard);
    ready = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&guard);
}

static void after(void)
{
    pthread_barrier_wait(&barrier);
    nest(&b, &a);
    pthread_barrier_wait(&barrier);
    must(sem_wait(&sem) == 0);
    nest(&b, &a);
    pthread_barrier_wait(&barrier);
    while (!__atomic_load_n(&flag, __ATOMIC_ACQUIRE))
        invisible_yield();
    nest(&b, &a);
    pthread_mutex_lock(&guard); /* the signal comes after this, so that the wait is really woken */
    reach(1);
    pthread_barrier_wait(&barrier);
    while (!ready)
        pthread_cond_wait(&cond, &guard);
    pthread_mutex_unlock(&guard);
    nest(&b, &a);
}

int main(void)
{
    must(pthread_barrier_init(&barrier, NULL, 2) == 0 && sem_init(&sem, 0, 0) == 0);
    nest(&a, &b);
    join(spawn(through_create));
    nest(&a, &b);
    litmus_run2(before, after);
    return 0;
}
