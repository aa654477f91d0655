/* finds: assertion */
#include "threads.h"

/* A watchdog takes a worker for dead that gives no sign while it looks twelve times. */
enum { PATIENCE = 12 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t sign = PTHREAD_COND_INITIALIZER;
static int signs;

static void *work(void *unused)
{
    pthread_mutex_lock(&m);
    signs++;
    pthread_cond_signal(&sign);
    pthread_mutex_unlock(&m);
    return unused;
}

static void *watch(void *unused)
{
    int seen = 0;
#ifdef FIXED
    pthread_mutex_lock(&m);
    while (!signs)
        pthread_cond_wait(&sign, &m);
    pthread_mutex_unlock(&m);
#endif
    for (int i = 0; i < PATIENCE; i++) {
        pthread_mutex_lock(&m);
        seen += signs;
        pthread_mutex_unlock(&m);
    }
    assert(seen);
    return unused;
}

int main(void)
{
    start(work);
    start(watch);
    join_all();
    return 0;
}
