/* finds: assertion */
#include <errno.h>
#include <time.h>

#include "threads.h"

/* A time-out that comes together with the event: only the flag says which it was. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static bool sent, given_up;

static void *answer(void *unused)
{
    pthread_mutex_lock(&m);
    sent = !given_up;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    return unused;
}

static void *await(void *unused)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 1;
    pthread_mutex_lock(&m);
    int error = 0;
    while (!sent && error == 0)
        error = pthread_cond_timedwait(&c, &m, &deadline);
#ifdef FIXED
    given_up = !sent;
#else
    given_up = error == ETIMEDOUT;
#endif
    assert(!(given_up && sent));
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    start(await);
    start(answer);
    join_all();
    return 0;
}
