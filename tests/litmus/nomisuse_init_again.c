/* P14: objects are initialised anew when nobody waits any more, though they were not destroyed, and
 * in a child, where those who wait are not. */
#include "../support/litmus.h"
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t barrier;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t sem;
static struct invisible ids[3];
static int done;

static void arrives(void)
{
    invisible_reach(&ids[0], invisible_gettid());
    pthread_barrier_wait(&barrier);
}

static void waits(void)
{
    pthread_mutex_lock(&mutex);
    invisible_reach(&ids[1], invisible_gettid());
    while (!done)
        pthread_cond_wait(&cond, &mutex);
    pthread_mutex_unlock(&mutex);
}

static void takes(void)
{
    invisible_reach(&ids[2], invisible_gettid());
    must(sem_wait(&sem) == 0);
}

static void init_all(void)
{
    must(pthread_barrier_init(&barrier, NULL, 2) == 0);
    must(pthread_cond_init(&cond, NULL) == 0);
    must(sem_init(&sem, 0, 0) == 0);
}

static void release_all(void)
{
    pthread_barrier_wait(&barrier);
    pthread_mutex_lock(&mutex);
    done = 1;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
    must(sem_post(&sem) == 0);
}

int main(void)
{
    for (int round = 0; round < 3; round++) {
        done = 0;
        for (int i = 0; i < 3; i++)
            invisible_reach(&ids[i], 0);
        init_all();
        pthread_t a = spawn(arrives), b = spawn(waits), c = spawn(takes);
        for (int i = 0; i < 3; i++) {
            invisible_await(&ids[i], 1);
            invisible_await_asleep(invisible_peek(&ids[i]));
        }
        pid_t child = fork();
        must(child >= 0);
        if (child == 0) {
            init_all();
            _exit(0);
        }
        must(waitpid(child, NULL, 0) == child);
        release_all();
        join(a);
        join(b);
        join(c);
    }
    return 0;
}
