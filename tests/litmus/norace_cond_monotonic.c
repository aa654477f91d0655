/* P4: a condition variable with the monotonic clock attribute. */
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never;

static void worker(void)
{
    pthread_mutex_lock(&lock);
    struct timespec until = deadline(CLOCK_MONOTONIC, 5);
    while (pthread_cond_timedwait(&never, &lock, &until) != ETIMEDOUT)
        continue;
    g_x++;
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    pthread_condattr_t attr;
    must(pthread_condattr_init(&attr) == 0);
    must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    must(pthread_cond_init(&never, &attr) == 0);
    litmus_run2(worker, worker);
    must(pthread_cond_destroy(&never) == 0);
    return 0;
}
