/* P5: a barrier used for many phases; neighbours swap roles in each. */
#include "../support/litmus.h"

enum { THREADS = 4, PHASES = 100 };
int g_cells[2][THREADS];
static pthread_barrier_t barrier;

static void *worker(void *arg)
{
    int me = (int)((int *)arg - g_cells[0]);
    for (int phase = 0; phase < PHASES; phase++) {
        int *from = g_cells[phase % 2];
        int *to = g_cells[(phase + 1) % 2];
        to[me] = from[(me + 1) % THREADS] + 1;
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    must(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
    for (int i = 0; i < THREADS; i++)
        must(pthread_create(&threads[i], NULL, worker, &g_cells[0][i]) == 0);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    must(g_cells[PHASES % 2][0] == PHASES);
    return 0;
}
