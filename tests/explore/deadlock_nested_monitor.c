/* finds: deadlock|lost wake-up; options: --spurious=0 */
#include "threads.h"

/* Waits on the inner monitor and keeps the outer one, which the waker needs. */
static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static bool given;

static void *take(void *unused)
{
    pthread_mutex_lock(&outer);
#ifdef FIXED
    pthread_mutex_unlock(&outer);
#endif
    pthread_mutex_lock(&inner);
    while (!given)
        pthread_cond_wait(&c, &inner);
    pthread_mutex_unlock(&inner);
#ifndef FIXED
    pthread_mutex_unlock(&outer);
#endif
    return unused;
}

static void *give(void *unused)
{
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&inner);
        pthread_mutex_unlock(&inner);
    }
    pthread_mutex_lock(&outer);
    pthread_mutex_lock(&inner);
    given = true;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&inner);
    pthread_mutex_unlock(&outer);
    return unused;
}

int main(void)
{
    start(take);
    start(give);
    join_all();
    return 0;
}
