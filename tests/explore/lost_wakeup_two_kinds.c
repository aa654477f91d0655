/* finds: deadlock|lost wake-up; options: --spurious=0 */
#include "threads.h"

/* Waiters for two events share a condition variable; each event is signalled once. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int happened[2];

static void *await(void *argument)
{
    pthread_mutex_lock(&m);
    while (!happened[(long)argument])
        pthread_cond_wait(&changed, &m);
    pthread_mutex_unlock(&m);
    return NULL;
}

static void *happen(void *argument)
{
    pthread_mutex_lock(&m);
    happened[(long)argument - 2] = 1;
#ifdef FIXED
    pthread_cond_broadcast(&changed);
#else
    pthread_cond_signal(&changed);
#endif
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void)
{
    start_many(2, await);
    start_many(2, happen);
    join_all();
    return 0;
}
