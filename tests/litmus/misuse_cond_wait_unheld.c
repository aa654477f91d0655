/* P14: a wait with a mutex that the thread does not hold. */
// expect: misuse (condition variable)
// expect-location: g_cond
// expect-frame: main
#include "../support/litmus.h"
#include <errno.h>

pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

int main(void)
{
    struct timespec soon = deadline(CLOCK_REALTIME, 1);
    must(pthread_cond_timedwait(&g_cond, &g_lock, &soon) == ETIMEDOUT);
    return 0;
}
