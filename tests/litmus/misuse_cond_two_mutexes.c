/* P14: two threads wait for one condition variable with different mutexes at the same time. */
// expect: misuse (condition variable)
// expect-location: g_cond
// expect-frame: first
// expect-frame: second
// expect-count: 1
#include "../support/litmus.h"
#include <errno.h>

pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, two = PTHREAD_MUTEX_INITIALIZER;
static int done;

static void first(void)
{
    pthread_mutex_lock(&one);
    reach(1);
    while (!done)
        pthread_cond_wait(&g_cond, &one);
    pthread_mutex_unlock(&one);
}

static void second(void)
{
    struct timespec soon = deadline(CLOCK_REALTIME, 1);
    await(1);
    pthread_mutex_lock(&one); /* the first waits now */
    pthread_mutex_unlock(&one);
    pthread_mutex_lock(&two);
    must(pthread_cond_timedwait(&g_cond, &two, &soon) == ETIMEDOUT);
    pthread_mutex_unlock(&two);
    pthread_mutex_lock(&one);
    done = 1;
    pthread_cond_broadcast(&g_cond);
    pthread_mutex_unlock(&one);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
