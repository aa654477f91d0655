/* Threads that are all asleep again and again, but never for ever. */
#include "../support/litmus.h"
#include <semaphore.h>

static sem_t there, back;
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

static void ping(void)
{
    for (int i = 0; i < 20000; i++) {
        must(sem_post(&there) == 0);
        must(sem_wait(&back) == 0);
    }
}

static void pong(void)
{
    for (int i = 0; i < 20000; i++) {
        must(sem_wait(&there) == 0);
        must(sem_post(&back) == 0);
    }
}

static void nest(void)
{
    for (int i = 0; i < 20000; i++) {
        pthread_mutex_lock(&a);
        pthread_mutex_lock(&b);
        pthread_mutex_unlock(&b);
        pthread_mutex_unlock(&a);
    }
}

int main(void)
{
    must(sem_init(&there, 0, 0) == 0 && sem_init(&back, 0, 0) == 0);
    litmus_run3(ping, pong, nest);
    litmus_run3(nest, nest, nest);
    return 0;
}
