/* finds: assertion */
#include <errno.h>

#include "threads.h"

/* Who gets a mutex from a dead owner has to make it consistent, or nobody gets it again. */
static pthread_mutex_t m;

static void *die(void *unused)
{
    if (pthread_mutex_lock(&m) == EOWNERDEAD)
        pthread_mutex_consistent(&m);
    return unused; /* holds it */
}

static void *use(void *unused)
{
    int error = pthread_mutex_lock(&m);
    assert(error != ENOTRECOVERABLE);
#ifdef FIXED
    if (error == EOWNERDEAD)
        pthread_mutex_consistent(&m);
#endif
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&m, &attributes);
    start(die);
    start_many(2, use);
    join_all();
    return 0;
}
