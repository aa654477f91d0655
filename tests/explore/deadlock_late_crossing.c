/* finds: deadlock */
#include "threads.h"

/* One takes both locks as the first thing it does, the other, crosswise, as its last. */
static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;

static void *early(void *unused)
{
    pthread_mutex_lock(&left);
    pthread_mutex_lock(&right);
    pthread_mutex_unlock(&right);
    pthread_mutex_unlock(&left);
    return unused;
}

static void *late(void *unused)
{
    work_for(12);
#ifdef FIXED
    pthread_mutex_lock(&left);
    pthread_mutex_lock(&right);
#else
    pthread_mutex_lock(&right);
    pthread_mutex_lock(&left);
#endif
    pthread_mutex_unlock(&left);
    pthread_mutex_unlock(&right);
    return unused;
}

int main(void)
{
    start(early);
    start(late);
    join_all();
    return 0;
}
