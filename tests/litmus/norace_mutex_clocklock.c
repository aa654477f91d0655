/* P2: a successful clocklock is a lock. */
// tsan: gcc 12: does not know the function
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void worker(void)
{
    struct timespec until = deadline(CLOCK_MONOTONIC, 20000);
    meet(2);
    must(pthread_mutex_clocklock(&lock, CLOCK_MONOTONIC, &until) == 0);
    g_x++;
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
