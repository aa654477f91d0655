/* P2: a successful timedlock is a lock. */
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void worker(void)
{
    struct timespec until = deadline(CLOCK_REALTIME, 20000);
    meet(2);
    must(pthread_mutex_timedlock(&lock, &until) == 0);
    g_x++;
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
