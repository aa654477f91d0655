/*
 * A pool of workers that is shut down when its jobs are queued. EARLY: a worker that sees the stop
 * goes home, whatever is still queued. SINGLE: stop wakes one worker, not all.
 */
#include "threads.h"

enum { WORKERS = 2, JOBS = 4 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int queued, done;
static bool stopped;

static void *work(void *unused)
{
    pthread_mutex_lock(&m);
    for (;;) {
        while (!queued && !stopped)
            pthread_cond_wait(&changed, &m);
#ifdef EARLY
        if (stopped)
            break;
#else
        if (!queued)
            break;
#endif
        queued--;
        done++;
        pthread_mutex_unlock(&m);
        pthread_mutex_lock(&m);
    }
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    start_many(WORKERS, work);
    for (int i = 0; i < JOBS; i++) {
        pthread_mutex_lock(&m);
        queued++;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&m);
    }
    pthread_mutex_lock(&m);
    stopped = true;
#ifdef SINGLE
    pthread_cond_signal(&changed);
#else
    pthread_cond_broadcast(&changed);
#endif
    pthread_mutex_unlock(&m);
    join_all();
    assert(done == JOBS);
    return 0;
}
