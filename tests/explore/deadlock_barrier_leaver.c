/* finds: deadlock */
#include "threads.h"

/* Who finds no work left goes home, and the others wait for it at the barrier. */
enum { THREADS = 3, JOBS = 3 };
static pthread_barrier_t barrier;
static atomic_int jobs = JOBS;

static void *work(void *unused)
{
    bool busy = atomic_fetch_sub(&jobs, 1) > 0;
    for (int i = 0; busy && i < 2; i++)
        atomic_load(&jobs);
#ifndef FIXED
    if (atomic_load(&jobs) == JOBS - 1)
        return unused;
#endif
    pthread_barrier_wait(&barrier);
    return unused;
}

int main(void)
{
    pthread_barrier_init(&barrier, NULL, THREADS);
    start_many(THREADS, work);
    join_all();
    return 0;
}
