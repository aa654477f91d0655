/* P14: a barrier is initialised anew while a thread waits at it, and so are a condition variable
 * and a semaphore: they wait for ever. */
// expect: misuse (barrier)
// expect: misuse (condition variable)
// expect: misuse (semaphore)
// expect-location: g_barrier
// expect-location: g_cond
// expect-location: g_sem
// expect-frame: arrives
// expect-frame: waits
// expect-frame: takes
// expect-count: 3
#include "../support/litmus.h"
#include <semaphore.h>
#include <unistd.h>

pthread_barrier_t g_barrier;
pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
sem_t g_sem;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct invisible ids[3];

static void arrives(void)
{
    invisible_reach(&ids[0], invisible_gettid());
    pthread_barrier_wait(&g_barrier);
}

static void waits(void)
{
    pthread_mutex_lock(&mutex);
    invisible_reach(&ids[1], invisible_gettid());
    pthread_cond_wait(&g_cond, &mutex);
}

static void takes(void)
{
    invisible_reach(&ids[2], invisible_gettid());
    sem_wait(&g_sem);
}

int main(void)
{
    must(pthread_barrier_init(&g_barrier, NULL, 2) == 0 && sem_init(&g_sem, 0, 0) == 0);
    spawn_detached(arrives);
    spawn_detached(waits);
    spawn_detached(takes);
    for (int i = 0; i < 3; i++) {
        invisible_await(&ids[i], 1);
        invisible_await_asleep(invisible_peek(&ids[i]));
    }
    must(pthread_barrier_init(&g_barrier, NULL, 2) == 0);
    must(pthread_cond_init(&g_cond, NULL) == 0);
    must(sem_init(&g_sem, 0, 0) == 0);
    _exit(0);
}
