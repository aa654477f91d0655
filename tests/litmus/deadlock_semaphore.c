/* Two threads each wait for the unit that the other one would post; a third stands at a barrier. */
// expect: deadlock
// expect-location: g_one
// expect-location: g_two
// expect-location: g_barrier
// expect-count: 1
#include "../support/litmus.h"
#include <semaphore.h>

sem_t g_one, g_two;
pthread_barrier_t g_barrier;

static void first(void)
{
    must(sem_wait(&g_one) == 0);
    must(sem_post(&g_two) == 0);
}

static void second(void)
{
    must(sem_wait(&g_two) == 0);
    must(sem_post(&g_one) == 0);
}

static void third(void)
{
    pthread_barrier_wait(&g_barrier);
}

int main(void)
{
    must(sem_init(&g_one, 0, 0) == 0 && sem_init(&g_two, 0, 0) == 0);
    must(pthread_barrier_init(&g_barrier, NULL, 2) == 0);
    litmus_run3(first, second, third);
    return 0;
}
