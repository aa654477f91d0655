/* finds: deadlock|lost wake-up; options: --spurious=0 */
#include "threads.h"

/* The waiter looks, and begins to wait only after the other has done all its work and signalled. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static atomic_int done;

static void *await(void *unused)
{
#ifdef FIXED
    pthread_mutex_lock(&m);
    while (!atomic_load(&done))
        pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
#else
    if (atomic_load(&done))
        return unused;
    pthread_mutex_lock(&m);
    pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
#endif
    return unused;
}

static void *finish(void *unused)
{
    work_for(12);
    pthread_mutex_lock(&m);
    atomic_store(&done, 1);
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    start(await);
    start(finish);
    join_all();
    return 0;
}
