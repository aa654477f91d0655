/* P14: a wait at a barrier that was destroyed. */
// expect: misuse (barrier)
// expect-location: g_barrier
#include "../support/litmus.h"

pthread_barrier_t g_barrier;

int main(void)
{
    must(pthread_barrier_init(&g_barrier, NULL, 1) == 0);
    must(pthread_barrier_wait(&g_barrier) == PTHREAD_BARRIER_SERIAL_THREAD);
    must(pthread_barrier_destroy(&g_barrier) == 0);
    pthread_barrier_wait(&g_barrier);
    return 0;
}
