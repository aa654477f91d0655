/* Eight threads, more than 10,000 steps under control, and a race at the end of two of them. */
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 8, ROUNDS = 430, LOCKS = 4 };

static pthread_mutex_t locks[LOCKS];
static int sums[LOCKS], finished;
static atomic_int turns;

static void *work(void *argument)
{
    long number = (long)argument;
    for (int i = 0; i < ROUNDS; i++) {
        int index = (i + (int)number) % LOCKS;
        pthread_mutex_lock(&locks[index]);
        sums[index]++;
        pthread_mutex_unlock(&locks[index]);
        atomic_fetch_add(&turns, 1);
    }
    if (number < 2)
        finished++;
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&locks[i], NULL);
    for (long i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
