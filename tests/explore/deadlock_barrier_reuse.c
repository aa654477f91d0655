/* finds: deadlock|lost wake-up; options: --spurious=0 */
#include "threads.h"

/* A home-made barrier that is used twice: who is slow to wake finds the count of the next round,
 * and waits for a round that never comes. */
enum { THREADS = 3, ROUNDS = 2 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER;
static int arrived, generation;

static void barrier(void)
{
    pthread_mutex_lock(&m);
    int mine = generation;
    if (++arrived == THREADS) {
        arrived = 0;
        generation++;
        pthread_cond_broadcast(&all_here);
    } else {
#ifdef FIXED
        while (generation == mine)
#else
        (void)mine;
        while (arrived != 0)
#endif
            pthread_cond_wait(&all_here, &m);
    }
    pthread_mutex_unlock(&m);
}

static void *work(void *unused)
{
    for (int i = 0; i < ROUNDS; i++)
        barrier();
    return unused;
}

int main(void)
{
    start_many(THREADS, work);
    join_all();
    return 0;
}
