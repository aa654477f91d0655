/* P0, P5: the serial thread destroys and frees the barrier right after its wait. */
// tsan: it reads the barrier once more after the wait
#include "../support/litmus.h"
#include <stdlib.h>

static void *worker(void *arg)
{
    pthread_barrier_t *barrier = (pthread_barrier_t *)arg;
    if (pthread_barrier_wait(barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
        pthread_barrier_destroy(barrier);
        free(barrier);
    }
    return NULL;
}

int main(void)
{
    for (int i = 0; i < 50; i++) {
        pthread_t a, b;
        pthread_barrier_t *barrier = (pthread_barrier_t *)malloc(sizeof *barrier);
        must(barrier && pthread_barrier_init(barrier, NULL, 2) == 0);
        must(pthread_create(&a, NULL, worker, barrier) == 0);
        must(pthread_create(&b, NULL, worker, barrier) == 0);
        join(a);
        join(b);
    }
    return 0;
}
