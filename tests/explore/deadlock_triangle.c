/* finds: deadlock */
#include "threads.h"

/* Three locks, each taken inside the one before, round in a circle. A lock around it all
 * helps. */
static pthread_mutex_t locks[3], gate = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *argument)
{
    long me = (long)argument;
#ifdef FIXED
    pthread_mutex_lock(&gate);
#endif
    pthread_mutex_lock(&locks[me]);
    pthread_mutex_lock(&locks[(me + 1) % 3]);
    pthread_mutex_unlock(&locks[(me + 1) % 3]);
    pthread_mutex_unlock(&locks[me]);
#ifdef FIXED
    pthread_mutex_unlock(&gate);
#endif
    return NULL;
}

int main(void)
{
    (void)gate;
    for (int i = 0; i < 3; i++)
        pthread_mutex_init(&locks[i], NULL);
    start_many(3, work);
    join_all();
    return 0;
}
