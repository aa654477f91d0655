/* P12: a barrier in freed memory is waited at, one that was used and one that was not. */
// expect: heap use-after-free
// expect-frame: again
// expect-frame: first
// expect-frame: make
// expect-count: 2
#include "../support/litmus.h"
#include <stdlib.h>

static NOINLINE pthread_barrier_t *make(void)
{
    pthread_barrier_t *barrier = malloc(sizeof *barrier);
    must(barrier && pthread_barrier_init(barrier, NULL, 1) == 0);
    return barrier;
}

static NOINLINE void again(void)
{
    pthread_barrier_t *barrier = make();
    pthread_barrier_wait(barrier);
    free(launder(barrier));
    pthread_barrier_wait(launder(barrier));
}

static NOINLINE void first(void)
{
    pthread_barrier_t *barrier = make();
    free(launder(barrier));
    pthread_barrier_wait(launder(barrier));
}

int main(void)
{
    again();
    first();
    return 0;
}
