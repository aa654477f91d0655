/* clean: what was written before a phase is read after it */
#include <assert.h>
#include <pthread.h>

enum { THREADS = 3 };
static pthread_barrier_t barrier;
static int cell[THREADS];

static void *work(void *argument)
{
    long me = (long)argument;
    for (int phase = 1; phase <= 2; phase++) {
        cell[me] = phase;
        pthread_barrier_wait(&barrier);
        for (int i = 0; i < THREADS; i++)
            assert(cell[i] == phase);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (long i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
